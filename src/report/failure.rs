//! An error as text: code word, place, hints, in rustc's look.

use crate::error::{Code, Error, Excerpt};
use crate::report::escape;
use crate::report::layout::{BAD, COMMAND, Line, STRONG, wrap};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstyle::Style;

/// The most bytes of a text that are shown around the place at fault.
const WINDOW: usize = 2000;

/// The error with its colours, each line ended.
#[must_use]
pub fn render(error: &Error, width: usize) -> String {
    let message = escape::block(&error.message);
    let mut text = match &error.excerpt {
        None => format!("{BAD}error[{}]{BAD:#}{STRONG}: {message}{STRONG:#}\n", error.code),
        Some(excerpt) => with_excerpt(error.code, &message, excerpt, width),
    };
    for detail in &error.details {
        for line in wrap(Line::plain("  - "), detail, width) {
            text.push_str(&format!("{}\n", line.text()));
        }
    }
    let mut source = error.source.as_ref().map(|source| source.as_ref() as &dyn std::error::Error);
    while let Some(cause) = source {
        let said = escape::block(&cause.to_string());
        if !said.trim().is_empty() {
            labelled(&mut text, STRONG, "caused by", &said);
        }
        source = cause.source();
    }
    for hint in &error.hints {
        labelled(&mut text, COMMAND, "hint", &escape::block(hint));
    }
    labelled(&mut text, COMMAND, "hint", &format!("read more: cargo handoff explain {}", error.code));
    if let Some((command, why)) = error.next.as_deref() {
        labelled(&mut text, STRONG, "next", &format!("{COMMAND}{command}{COMMAND:#} - {why}"));
    }
    text
}

fn labelled(text: &mut String, style: Style, label: &str, body: &str) {
    let body = body.trim_end().replace('\n', &format!("\n{}", " ".repeat(label.len() + 2)));
    text.push_str(&format!("{style}{label}{style:#}: {body}\n"));
}

fn with_excerpt(code: Code, message: &str, excerpt: &Excerpt, width: usize) -> String {
    let (shown, span, first_line) = window(excerpt);
    let (file, label) = (escape::line(&excerpt.file), escape::line(&excerpt.label));
    let snippet = Snippet::source(shown)
        .line_start(first_line)
        .path(file.as_ref())
        .annotation(AnnotationKind::Primary.span(span).label(label.as_ref()));
    let group = Level::ERROR.primary_title(message).id(code.word()).element(snippet);
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width).error(BAD);
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// The lines around the place with whatever could drive a terminal spelt out, where the place is in them, and
/// the number of their first line.
fn window(excerpt: &Excerpt) -> (String, std::ops::Range<usize>, usize) {
    let text = excerpt.text.as_str();
    let start = text.floor_char_boundary(excerpt.span.start);
    let end = text.ceil_char_boundary(excerpt.span.end.clamp(start, start + WINDOW));
    let from = text.floor_char_boundary(start.saturating_sub(WINDOW));
    let to = text.ceil_char_boundary(end.saturating_add(WINDOW));
    let two_lines_before = text[from..start].rmatch_indices('\n').nth(2).map_or(from, |(at, _)| from + at + 1);
    let line_after = text[end..to].match_indices('\n').nth(1).map_or(to, |(at, _)| end + at);
    let first_line = excerpt.first_line + text[..two_lines_before].matches('\n').count();
    let mut shown = escape::block(&text[two_lines_before..start]);
    let place = shown.len()..shown.len() + escape::block(&text[start..end]).len();
    shown.push_str(&escape::block(&text[start..end]));
    shown.push_str(&escape::block(&text[end..line_after]));
    (shown, place, first_line)
}

#[cfg(test)]
mod tests;
