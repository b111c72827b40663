//! Which symbols a change touched, as it is told in the payload.

use crate::mapping::Texts;
use crate::payload::entries::{ChangeEntry, SymbolChange};
use crate::source::{self, Touched};
use crate::workspace::changes::Change;

/// The most symbols that are told of one change.
const MOST: usize = 12;

/// The most that are told of all changes, before the packages take their room.
const OF_ALL: usize = 150;

/// The least of all, however many packages there are.
const LEAST: usize = 25;

/// The symbols that differ between two texts of a Rust file, and of how many of them others may have used what is gone or
/// has another head.
#[must_use]
pub fn symbols(before: Option<&str>, after: Option<&str>) -> (Vec<SymbolChange>, u64) {
    let touched = source::touched(before, after);
    let n_breaking = touched.iter().filter(|touched| touched.breaks).count() as u64;
    let told = |touched: Touched| SymbolChange {
        path: touched.path,
        kind: touched.kind.word().to_owned(),
        how: touched.how.word().to_owned(),
        public: touched.is_public,
    };
    (touched.into_iter().map(told).collect(), n_breaking)
}

/// How many symbols each change may tell.
pub(super) fn room(n_changes: usize, n_packages: usize) -> usize {
    let of_all = OF_ALL.saturating_sub(3 * n_packages).max(LEAST);
    (of_all / n_changes.max(1)).clamp(1, MOST)
}

/// Tells them in an entry. A file that is no Rust, or whose texts are not both there, has none.
pub(super) fn tell(entry: &mut ChangeEntry, change: &Change, texts: &Texts, room: usize) {
    let Some((before, after)) = texts.get(&change.file).filter(|_| change.file.ends_with(".rs")) else { return };
    let is_whole = before.is_some() == change.before.is_some() && after.is_some() == change.after.is_some();
    if !is_whole {
        return;
    }
    let (mut symbols, n_breaking) = symbols(before.as_deref(), after.as_deref());
    entry.more_symbols = symbols.len().saturating_sub(room) as u64;
    symbols.truncate(room);
    entry.symbols = symbols;
    entry.public_signatures_changed = n_breaking;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_changes_and_packages_the_fewer_symbols_each_tells() {
        assert_eq!((room(1, 1), room(25, 40), room(1000, 1000), room(0, 0)), (MOST, 1, 1, MOST));
    }

    #[test]
    fn symbols_are_told_in_words() {
        let (symbols, n_breaking) =
            symbols(Some("pub fn a() {}\nfn b() {}\n"), Some("pub fn a(n: u8) {}\nfn b() { a(1) }\n"));
        let told = serde_json::to_value(&symbols).expect("JSON");
        let expected = serde_json::json!([
            {"path": "a", "kind": "fn", "how": "signature", "public": true}, {"path": "b", "kind": "fn", "how": "body"},
        ]);
        assert_eq!((told, n_breaking), (expected, 1));
    }
}
