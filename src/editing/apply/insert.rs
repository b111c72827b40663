//! A text before or behind a symbol, always inside of what the symbol stands in.

use super::super::fit::{Unit, indent, is_first_on_line, line_start, newline, plain, shifted, some};
use super::super::view::Splice;
use super::around::{comma_end, free_line_end, gap, has_commas, neighbours, own_end, own_start};
use super::{Made, Site};
use crate::error::Result;
use crate::source::ends_in_line_comment;

/// How a text is put beside a symbol.
struct Shape {
    end_of_line: &'static str,
    indentation: String,
    text: String,
    is_apart: bool,
}

impl Shape {
    /// On lines of its own, at the symbol's indentation.
    fn of(site: &Site, given: &str, at: usize, is_before: bool) -> Result<Self> {
        let text = site.text();
        let end_of_line = newline(text, at);
        let indentation = indent(text, own_start(site)).to_owned();
        let mut new = shifted(&plain(some(given)?), &indentation, end_of_line, Unit::of(text));
        if has_commas(site) {
            new = new.trim_end_matches([',', ' ']).to_owned();
        }
        let is_apart = is_apart(site, &new, is_before);
        Ok(Self { end_of_line, indentation, text: new, is_apart })
    }

    fn separator(&self) -> String {
        let n_ends = if self.is_apart { 2 } else { 1 };
        format!("{}{}", self.end_of_line.repeat(n_ends), self.indentation)
    }

    fn is_one_line(&self) -> bool {
        !self.text.contains('\n') && !ends_in_line_comment(&self.text)
    }

    /// On lines of its own between what else stands on the symbol's line.
    fn deeper(&self, site: &Site, given: &str, comma: &str) -> String {
        let inner = inner(site, self);
        let text = shifted(&plain(given), &inner, self.end_of_line, Unit::of(site.text()));
        let text = if comma.is_empty() { &text } else { text.trim_end_matches([',', ' ']) };
        format!("{}{inner}{text}{comma}{}", self.end_of_line, self.end_of_line)
    }
}

/// The indentation within the brace that opens on the symbol's line; that of the line where none does.
fn inner(site: &Site, shape: &Shape) -> String {
    let line = line_start(site.text(), own_start(site));
    let around = site.it().parent.and_then(|parent| site.outline.symbols[parent].body.as_ref());
    let is_opened_here = around.is_some_and(|body| line <= body.start);
    let step = if is_opened_here { Unit::of(site.text()).unwrap_or(Unit::Blanks(4)).text() } else { String::new() };
    format!("{}{step}", shape.indentation)
}

/// Whether a blank line is to part it from the symbol: as the symbol is parted from its neighbours.
fn is_apart(site: &Site, new: &str, is_before: bool) -> bool {
    let (before, behind) = neighbours(site);
    let gap_before = before.and_then(|before| gap(site, before, site.symbol));
    let gap_behind = behind.and_then(|behind| gap(site, site.symbol, behind));
    let (near, far) = if is_before { (gap_before, gap_behind) } else { (gap_behind, gap_before) };
    let is_long = |text: &str| text.trim().contains('\n');
    near.or(far).unwrap_or_else(|| !has_commas(site) && (is_long(new) || is_long(&site.text()[site.it().bare.clone()])))
}

/// Before a symbol, its documentation, attributes and the comments right above it.
pub(in crate::editing) fn before(site: &Site, given: &str) -> Result<Made> {
    let text = site.text();
    let start = own_start(site);
    let shape = Shape::of(site, given, start, true)?;
    let comma = if has_commas(site) { "," } else { "" };
    let new = if is_first_on_line(text, start) {
        format!("{}{comma}{}", shape.text, shape.separator())
    } else if shape.is_one_line() {
        format!("{}{comma} ", shape.text)
    } else {
        let kept = text[..start].trim_end_matches([' ', '\t']).len();
        let new = format!("{}{}", shape.deeper(site, given, comma), inner(site, &shape));
        return Ok(Made::of(Splice { at: kept..start, text: new }));
    };
    Ok(Made::of(Splice { at: start..start, text: new }))
}

/// Behind a symbol and a comment on its last line.
pub(in crate::editing) fn after(site: &Site, given: &str) -> Result<Made> {
    let text = site.text();
    let end = own_end(site);
    let shape = Shape::of(site, given, end, false)?;
    let mut splices = Vec::new();
    let mut comma = "";
    if has_commas(site) {
        comma = ",";
        if comma_end(site).is_none() {
            splices.push(Splice { at: end..end, text: ",".into() });
        }
    }
    let splice = match free_line_end(text, end) {
        Some(end_of_line) => {
            // Blanks at the line's end stay behind what they stood behind.
            let new = format!("{}{}{comma}", shape.separator(), shape.text);
            Splice { at: end_of_line..end_of_line, text: new }
        }
        None if shape.is_one_line() => Splice { at: end..end, text: format!(" {}{comma}", shape.text) },
        None => {
            let n_blanks = text[end..].len() - text[end..].trim_start_matches([' ', '\t']).len();
            let is_closed = text[end + n_blanks..].starts_with('}');
            let rest = if is_closed { shape.indentation.clone() } else { inner(site, &shape) };
            Splice { at: end..end + n_blanks, text: format!("{}{rest}", shape.deeper(site, given, comma)) }
        }
    };
    match splices.last_mut() {
        Some(last) if last.at == splice.at => last.text.push_str(&splice.text),
        Some(_) | None => splices.push(splice),
    }
    Ok(super::replace::noticed(site, Made { splices, notes: Vec::new() }))
}
