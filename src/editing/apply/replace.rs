//! A symbol in another one's place.

use super::super::fit::{Unit, indent, line_end, newline, plain, shifted, some};
use super::super::view::Splice;
use super::around::{comma_end, has_commas};
use super::{Made, Site};
use crate::error::Result;
use crate::source::{Piece, PieceKind, ends_in_line_comment, head};

/// The new text in the symbol's place. What the text does not bring of documentation, attributes and comments between
/// them stays, to the byte.
pub(in crate::editing) fn replace(site: &Site, given: &str) -> Result<Made> {
    let (text, it) = (site.text(), site.it());
    let end = it.whole.end;
    let indentation = indent(text, it.documented.start);
    let end_of_line = newline(text, end);
    let mut new = shifted(&plain(some(given)?), indentation, end_of_line, Unit::of(text));
    if has_commas(site) && comma_end(site).is_some() {
        new = new.trim_end_matches([',', ' ']).to_owned();
    }
    if ends_in_line_comment(&new) && !text[end..line_end(text, end)].trim().is_empty() {
        new = format!("{new}{end_of_line}{indentation}");
    }
    let old_head = &text[it.documented.start..it.bare.start];
    let (old, _) = head(old_head);
    let (brought, rest) = head(&new);
    let brings = |kind: PieceKind| brought.iter().any(|piece| piece.kind == kind);
    let is_kept = |piece: &&Piece| !brings(piece.kind);
    let n_kept = old.iter().filter(is_kept).count();
    if n_kept == old.len() && brought.is_empty() {
        return Ok(noticed(site, Made::of(Splice { at: it.bare.start..end, text: new })));
    }
    if n_kept == 0 {
        let made = Made::of(Splice { at: it.documented.start..end, text: new.clone() });
        return Ok(noticed(site, dropped(made, &old, old_head, &brought, &new)));
    }
    let separator = format!("{end_of_line}{indentation}");
    let mut whole = String::new();
    for kind in [PieceKind::Doc, PieceKind::Comment, PieceKind::Attribute] {
        let (pieces, from): (&[Piece], &str) = if brings(kind) { (&brought, &new) } else { (&old, old_head) };
        for piece in pieces.iter().filter(|piece| piece.kind == kind) {
            whole.push_str(&from[piece.at.clone()]);
            whole.push_str(&separator);
        }
    }
    whole.push_str(&new[rest..]);
    let made = Made::of(Splice { at: it.documented.start..end, text: whole });
    Ok(noticed(site, dropped(made, &old, old_head, &brought, &new)))
}

/// Attributes that are gone because the new text brings others: nobody should find that out later.
fn dropped(made: Made, old: &[Piece], old_head: &str, brought: &[Piece], new: &str) -> Made {
    let said = |piece: &Piece, text: &str| one_line(&text[piece.at.clone()]);
    let new: Vec<String> = brought.iter().map(|piece| said(piece, new)).collect();
    let is_gone = |piece: &&Piece| piece.kind == PieceKind::Attribute && !new.contains(&said(piece, old_head));
    let brings_attributes = brought.iter().any(|piece| piece.kind == PieceKind::Attribute);
    let gone =
        old.iter().filter(|_| brings_attributes).filter(is_gone).map(|piece| format!("`{}`", said(piece, old_head)));
    let gone: Vec<String> = gone.collect();
    if gone.is_empty() {
        made
    } else {
        made.note(format!("{} went: the new text brings its own attributes", gone.join(", ")))
    }
}

/// Bytes that are not UTF-8 and are no longer there.
pub(super) fn noticed(site: &Site, made: Made) -> Made {
    let n_odd: usize = made.splices.iter().map(|splice| site.view.n_odd_in(&splice.at)).sum();
    if n_odd == 0 { made } else { made.note(format!("{n_odd} bytes that are not UTF-8 went with what stood there")) }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
