//! The symbols of a file: what each is called, where it stands, and which bytes of it are documentation, head and body.

mod bodies;
mod reading;

use super::text::Text;
use ra_ap_syntax::SyntaxKind;
use std::collections::HashMap;
use std::ops::Range;

/// What a symbol is, in the language's own words.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SymbolKind {
    /// `mod`, with or without braces.
    Mod,
    /// `struct`
    Struct,
    /// `enum`
    Enum,
    /// `union`
    Union,
    /// A variant of an enum.
    Variant,
    /// A field with a name.
    Field,
    /// `trait`
    Trait,
    /// `impl`, with or without a trait.
    Impl,
    /// `fn`, in whatever.
    Fn,
    /// `const`
    Const,
    /// `static`
    Static,
    /// `type`
    Type,
    /// `macro_rules!` or `macro`.
    Macro,
}

impl SymbolKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Mod,
        Self::Struct,
        Self::Enum,
        Self::Union,
        Self::Variant,
        Self::Field,
        Self::Trait,
        Self::Impl,
        Self::Fn,
        Self::Const,
        Self::Static,
        Self::Type,
        Self::Macro,
    ];

    /// What a node is; `None` for all that is no symbol.
    pub(super) const fn of(kind: SyntaxKind) -> Option<Self> {
        Some(match kind {
            SyntaxKind::MODULE => Self::Mod,
            SyntaxKind::STRUCT => Self::Struct,
            SyntaxKind::ENUM => Self::Enum,
            SyntaxKind::UNION => Self::Union,
            SyntaxKind::VARIANT => Self::Variant,
            SyntaxKind::RECORD_FIELD => Self::Field,
            SyntaxKind::TRAIT => Self::Trait,
            SyntaxKind::IMPL => Self::Impl,
            SyntaxKind::FN => Self::Fn,
            SyntaxKind::CONST => Self::Const,
            SyntaxKind::STATIC => Self::Static,
            SyntaxKind::TYPE_ALIAS => Self::Type,
            SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF => Self::Macro,
            _ => return None,
        })
    }

    /// As it is written and typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mod => "mod",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Union => "union",
            Self::Variant => "variant",
            Self::Field => "field",
            Self::Trait => "trait",
            Self::Impl => "impl",
            Self::Fn => "fn",
            Self::Const => "const",
            Self::Static => "static",
            Self::Type => "type",
            Self::Macro => "macro",
        }
    }
}

/// A symbol. Bytes count from the file's first one, byte order mark included; lines from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// What it is called. Of an `impl` its head without generics and bounds: `impl Go for B`.
    pub name: String,
    /// The position of what it stands in, in the same list; `None` at the file's top.
    pub parent: Option<usize>,
    /// Which one of those with the same name in the same place it is, from 0: two `impl B`, or two functions under
    /// opposite `cfg`s.
    pub nth: usize,
    /// Whether nothing else in the same place has this name.
    pub is_alone: bool,
    /// Its head in one line, without documentation, attributes and body: `pub fn new(text: &str) -> Self`.
    pub signature: String,
    /// Whether it says `pub`, in whatever form.
    pub is_public: bool,
    /// Whether it is a test function.
    pub is_test: bool,
    /// Its `cfg` attributes, one after the other; empty without.
    pub cfg: String,
    /// Everything of it, comments and attributes right above included.
    pub whole: Range<usize>,
    /// From its first documentation or attribute on; where it has none, as `bare`.
    pub documented: Range<usize>,
    /// From its visibility or keyword on.
    pub bare: Range<usize>,
    /// Its name; of an `impl` the type.
    pub name_at: Range<usize>,
    /// What holds its contents, braces included; `None` where there is nothing of the kind.
    pub body: Option<Range<usize>>,
    /// The line `bare` begins in.
    pub line: u32,
    /// The line it ends in.
    pub last_line: u32,
    /// Whether it stands in the braces of a macro call, read as if they held items.
    pub is_in_macro: bool,
}

/// The symbols of a file, each behind what it stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// In the file's order.
    pub symbols: Vec<Symbol>,
    /// The line of the first syntax error: what stands behind it may be incomplete.
    pub broken: Option<u32>,
}

impl Outline {
    /// The symbol's path within the file, by names joined with `/`, its number behind it where there are several:
    /// `tests/impl Go for B/run`, `new[1]`.
    #[must_use]
    pub fn path(&self, symbol: usize) -> String {
        let Some(it) = self.symbols.get(symbol) else { return String::new() };
        let number = if it.is_alone { String::new() } else { format!("[{}]", it.nth) };
        let own = format!("{}{number}", it.name);
        match it.parent {
            Some(parent) => format!("{}/{own}", self.path(parent)),
            None => own,
        }
    }

    /// The symbol and what it stands in, outermost first.
    #[must_use]
    pub fn chain(&self, symbol: usize) -> Vec<usize> {
        let mut chain: Vec<usize> =
            std::iter::successors(Some(symbol), |at| self.symbols.get(*at).and_then(|symbol| symbol.parent)).collect();
        chain.reverse();
        chain
    }

    /// The innermost symbol a byte stands in.
    #[must_use]
    pub fn around(&self, at: usize) -> Option<usize> {
        self.symbols.iter().rposition(|symbol| symbol.whole.contains(&at))
    }

    /// The same without what stands in functions.
    fn without_locals(mut self) -> Self {
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.symbols.len());
        let mut n_kept = 0;
        for symbol in &self.symbols {
            let is_kept = symbol
                .parent
                .is_none_or(|parent| places[parent].is_some() && self.symbols[parent].kind != SymbolKind::Fn);
            places.push(is_kept.then_some(n_kept));
            n_kept += usize::from(is_kept);
        }
        if n_kept < self.symbols.len() {
            let mut place = places.iter();
            self.symbols.retain(|_| place.next().is_some_and(Option::is_some));
            for symbol in &mut self.symbols {
                symbol.parent = symbol.parent.and_then(|parent| places[parent]);
            }
        }
        self
    }
}

/// The symbols of a file. A broken one is read as far as it goes; what stands in the braces of a macro call is read as
/// items where it looks like them.
#[must_use]
pub fn outline(text: &str) -> Outline {
    read(&Text::new(text))
}

/// The same without what stands in functions, several times faster: their bodies are not parsed. An error within one
/// hides nothing around it and is not told, as long as brackets match.
#[must_use]
pub fn outline_without_locals(text: &str) -> Outline {
    let quick =
        bodies::without_bodies(text).map(|text| read(&Text::new(&text))).filter(|outline| outline.broken.is_none());
    quick.unwrap_or_else(|| outline(text)).without_locals()
}

fn read(text: &Text<'_>) -> Outline {
    let mut symbols = Vec::new();
    let place = reading::Place { parent: None, offset: text.mark.len(), depth: 0 };
    reading::items(&text.tree, place, &mut symbols);
    let mut seen = HashMap::<(Option<usize>, &str), Vec<usize>>::new();
    for (at, symbol) in symbols.iter().enumerate() {
        seen.entry((symbol.parent, symbol.name.as_str())).or_default().push(at);
    }
    let several: Vec<Vec<usize>> = seen.into_values().filter(|same| 1 < same.len()).collect();
    for (nth, at) in several.iter().flat_map(|same| same.iter().enumerate()) {
        symbols[*at].nth = nth;
        symbols[*at].is_alone = false;
    }
    for symbol in &mut symbols {
        symbol.line = text.line(symbol.bare.start - text.mark.len());
        symbol.last_line = text.line(symbol.bare.end.saturating_sub(text.mark.len() + 1));
    }
    Outline { symbols, broken: text.broken }
}

#[cfg(test)]
mod tests;
