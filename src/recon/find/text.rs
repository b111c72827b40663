//! What a symbol says, as it stands in its file.

use super::{SymbolText, Telling};
use crate::source::Symbol;

/// What is asked for of it, from the beginning of the first line on.
pub(super) fn of(symbol: &Symbol, text: &str, telling: Telling) -> Option<SymbolText> {
    let end = match telling {
        Telling::Head => return None,
        Telling::Docs => symbol.body.as_ref().map_or(symbol.documented.end, |body| body.start),
        Telling::Body => symbol.documented.end,
    };
    let before = text.get(..symbol.documented.start)?;
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    let is_first = before[..before.len() - blanks].is_empty() || before[..before.len() - blanks].ends_with('\n');
    let start = if is_first { before.len() - blanks } else { before.len() };
    let line = u32::try_from(1 + before.matches('\n').count()).unwrap_or(u32::MAX);
    Some(SymbolText { line, text: Some(text.get(start..end)?.trim_end().to_owned()) })
}
