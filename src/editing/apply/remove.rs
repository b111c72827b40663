//! A symbol taken away, with what is its own, and no hole left where it stood.

use super::super::fit::{is_first_on_line, line_end, line_start, top};
use super::super::view::Splice;
use super::around::{free_line_end, is_blank_line, next_line, own_end, own_start};
use super::{Made, Site};

/// The symbol with its documentation, attributes, the comments right above it and one on its last line.
pub(in crate::editing) fn remove(site: &Site) -> Made {
    let text = site.text();
    let (start, end) = (own_start(site), own_end(site));
    let at = match free_line_end(text, end) {
        Some(_) if is_first_on_line(text, start) => lines(text, start, end),
        Some(end_of_line) if text[end..end_of_line].trim().is_empty() => {
            let kept = text[..start].trim_end_matches([' ', '\t']).len();
            kept..end
        }
        Some(_) | None => within_line(text, start, end),
    };
    let mut made = Made::of(Splice { at: at.clone(), text: String::new() });
    let first = site.it().documented.start;
    if start < first {
        made = made.note("the comment right above it went too");
    }
    if end < at.end && text[end..line_end(text, end)].contains('/') && free_line_end(text, end).is_some() {
        made = made.note("the comment behind it went too");
    }
    super::replace::noticed(site, made)
}

/// Whole lines, and the blank ones on one side where there are some on both or nothing stands there.
fn lines(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let top = top(text);
    let mut from = line_start(text, start);
    let mut to = next_line(text, end);
    let before = text[..from].trim_end();
    let is_first = from == top || before.trim_start_matches('\u{feff}').is_empty() || before.ends_with('{');
    let is_behind_blank = from != top && is_blank_line(text, from - 1);
    if is_first || is_behind_blank {
        while to < text.len() && is_blank_line(text, to) {
            to = next_line(text, to);
        }
    }
    let is_last = to == text.len() || text[to..].trim_start().starts_with('}');
    if is_last {
        while from != top && is_blank_line(text, from - 1) {
            from = line_start(text, from - 1);
        }
    }
    if to == text.len() && !text.ends_with('\n') && from != top {
        // The line before it becomes the last one, and the last one has no line end.
        from -= if text[..from].ends_with("\r\n") { 2 } else { 1 };
    }
    from..to
}

fn within_line(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let behind = text[end..line_end(text, end)].len() - text[end..line_end(text, end)].trim_start().len();
    start..end + behind
}
