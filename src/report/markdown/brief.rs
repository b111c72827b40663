//! A brief as a Markdown document.

use super::inert::{code, prose};
use crate::brief::{Brief, Item, Section};
use crate::report::layout::count;

/// A text is cut behind so many bytes: it is one of many.
const MOST: usize = 2_000;

/// A heading for each section, a line for each item. What was left out is said.
#[must_use]
pub fn brief(brief: &Brief) -> String {
    let mut text = format!("# Step {}: {}\n", prose(&brief.step, MOST), prose(&brief.name, MOST));
    for section in &brief.sections {
        text.push_str(&format!("\n## {}\n\n", section.topic.title()));
        for item in &section.items {
            text.push_str(&line(item));
        }
        text.push_str(&left_out(section));
    }
    text
}

fn line(item: &Item) -> String {
    let said = if item.code { code(&item.text, MOST) } else { prose(&item.text, MOST) };
    match &item.at {
        Some(at) if at.starts_with("https://") => format!("- {said}: <{at}>\n"),
        Some(at) => format!("- {} {said}\n", code(at, MOST)),
        None => format!("- {said}\n"),
    }
}

fn left_out(section: &Section) -> String {
    match section.left_out {
        0 => String::new(),
        n => format!("- and {} (`--budget`)\n", count(n, "more", "more")),
    }
}
