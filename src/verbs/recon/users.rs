//! Who uses what a step's files offer, in a line each.

use crate::brief::{Item, SourceText};
use crate::error::Result;
use crate::recon::Ground;
use crate::recon::refs::{self, Label, Question, Refs};
use crate::report::layout::count;
use crate::source::{Outline, SymbolKind};

/// So many symbols are asked about: each takes a look at every file that names it.
const MOST_SYMBOLS: usize = 8;

/// The users of the public symbols of these files, most used first; what more there is to ask is said.
///
/// # Errors
/// What [`refs::read`] says.
pub(super) fn users(files: &[SourceText], ground: &Ground<'_>) -> Result<Vec<Item>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let reading = refs::read(ground)?;
    let mut told: Vec<(usize, Item)> = Vec::new();
    let mut asked = 0;
    let mut more = 0;
    for file in files {
        let outline = file.outline();
        let offered = (0..outline.symbols.len()).filter(|at| is_offered(outline, *at));
        for at in offered {
            if MOST_SYMBOLS <= asked {
                more += 1;
                continue;
            }
            asked += 1;
            let path = outline.path(at);
            let within = [ground.root.join(&file.shown).into_string()];
            let question = Question { name: &format!("/{path}"), within: &within, all: true, limit: usize::MAX };
            // What cannot be told of one is no reason to keep the rest.
            told.extend(refs::refs(&question, &reading).ok().map(|found| in_words(&path, &found)));
        }
    }
    told.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let mut items: Vec<Item> = told.into_iter().map(|(_, item)| item).collect();
    if 0 < more {
        items.push(Item::words(format!("{more} more symbols were not asked for: `cargo handoff recon refs NAME`")));
    }
    Ok(items)
}

fn is_offered(outline: &Outline, at: usize) -> bool {
    let symbol = &outline.symbols[at];
    let is_item = match symbol.kind {
        SymbolKind::Fn | SymbolKind::Struct | SymbolKind::Enum | SymbolKind::Union | SymbolKind::Trait => true,
        SymbolKind::Const | SymbolKind::Static | SymbolKind::Type => true,
        SymbolKind::Mod | SymbolKind::Variant | SymbolKind::Field | SymbolKind::Impl | SymbolKind::Macro => false,
    };
    is_item && symbol.is_public && !symbol.is_test
}

/// How many uses, how sure, and where the first one is that is not in the file itself.
fn in_words(path: &str, found: &Refs) -> (usize, Item) {
    let n = found.certain + found.likely;
    let defined = found.definitions.first().map(|definition| definition.file.as_str());
    let mut files: Vec<&str> = Vec::new();
    let mut first = None;
    for file in found.files.iter().filter(|file| Some(file.file.as_str()) != defined) {
        let sure = file.symbols.iter().flat_map(|symbol| &symbol.hits).find(|hit| hit.label != Label::NameOnly);
        if let Some(hit) = sure {
            files.push(&file.file);
            first.get_or_insert_with(|| format!("{}:{}", file.file, hit.line));
        }
    }
    let perhaps = match found.name_only {
        0 => String::new(),
        n => format!(", {n} more have the name only"),
    };
    let text = match (n, files.as_slice()) {
        (0, _) => format!("{path}: no certain or likely use seen{perhaps}"),
        (n, []) => format!("{path}: {}, all in its own file{perhaps}", count(n, "use", "uses")),
        (n, files) => {
            let files = count(files.len(), "other file", "other files");
            format!("{path}: {}, in {files}{perhaps}", count(n, "use", "uses"))
        }
    };
    let item = Item::words(text);
    (n, first.map_or(item.clone(), |at| item.at(at)))
}
