//! How people and agents name a symbol: `new`, `Parser/new`, `Parser::new`, `/Parser/new`, `impl Go for B/run`, `new[1]`.

use super::outline::{Outline, SymbolKind};

/// A name, with as much of what is around it as was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePath {
    /// Outermost first; never empty.
    segments: Vec<String>,
    /// Whether the first one stands at the file's top (`/Parser/new`).
    is_anchored: bool,
    /// Which one of those with the same path, from 0.
    nth: Option<usize>,
    /// Whether the last one may be a part of the name only.
    is_part: bool,
    /// As it was typed, without a `/` in front.
    typed: String,
}

impl NamePath {
    /// Reads it. `None` where nothing of it is a name.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_anchored = text.starts_with('/');
        let typed = text.trim_start_matches('/');
        let (text, nth) = number(typed);
        let mut segments = Vec::new();
        for slashed in text.split('/') {
            let slashed = slashed.split_whitespace().collect::<Vec<_>>().join(" ");
            if slashed.starts_with("impl ") || slashed.starts_with("impl<") || slashed.contains('<') {
                segments.push(without_generics(&slashed)); // its types may have paths
            } else {
                segments.extend(slashed.split("::").map(|name| name.trim_start_matches("r#").trim().to_owned()));
            }
        }
        segments.retain(|segment| !segment.is_empty());
        (!segments.is_empty()).then_some(Self { segments, is_anchored, nth, is_part: false, typed: typed.to_owned() })
    }

    /// The same, where a part of the last name is enough.
    #[must_use]
    pub fn part(self) -> Self {
        Self { is_part: true, ..self }
    }

    /// The last name.
    #[must_use]
    pub fn last(&self) -> &str {
        self.segments.last().map(String::as_str).unwrap_or_default()
    }

    /// The symbols of a file this names. `modules` are the crate and the modules the file stands for, outermost first:
    /// what is typed before a name may lead through them, and `crate` stands for the first one.
    /// A path as [`Outline::path`] tells it names that symbol alone where a number stands in it, and where it names
    /// nothing else.
    #[must_use]
    pub fn find(&self, outline: &Outline, modules: &[String]) -> Vec<usize> {
        let found: Vec<usize> =
            (0..outline.symbols.len()).filter(|symbol| self.names(outline, *symbol, modules)).collect();
        let found = match self.nth {
            None => found,
            Some(nth) => found.into_iter().filter(|symbol| outline.symbols[*symbol].nth == nth).collect(),
        };
        if found.is_empty() || self.typed.contains('[') { self.narrowed(outline, found) } else { found }
    }

    /// The same for whoever needs one: behind a `/`, too, a path as it is told names that symbol alone. `/Parser` is the
    /// `struct` and no `impl` of it, `/Parser/len` the field and no method.
    #[must_use]
    pub fn find_one(&self, outline: &Outline, modules: &[String]) -> Vec<usize> {
        let found = self.find(outline, modules);
        if self.is_anchored { self.narrowed(outline, found) } else { found }
    }

    fn narrowed(&self, outline: &Outline, found: Vec<usize>) -> Vec<usize> {
        if found.len() == 1 || self.is_part {
            return found;
        }
        let is_told = |symbol: &usize| {
            self.typed.contains(outline.symbols[*symbol].name.as_str()) && outline.path(*symbol) == self.typed
        };
        let told: Vec<usize> = (0..outline.symbols.len()).filter(is_told).collect();
        if told.is_empty() { found } else { told }
    }

    fn names(&self, outline: &Outline, symbol: usize, modules: &[String]) -> bool {
        let chain = outline.chain(symbol);
        let last = &outline.symbols[symbol];
        let mut wanted = self.segments.iter().rev();
        let is_last = wanted.next().is_some_and(|name| match self.is_part {
            true => last.name.contains(name.as_str()),
            false => is_called(name, last.kind, &last.name),
        });
        if !is_last {
            return false;
        }
        let mut around = chain.iter().rev().skip(1).map(|at| &outline.symbols[*at]);
        let mut n_in_file = 1;
        loop {
            let Some(name) = wanted.next() else {
                return !self.is_anchored || n_in_file == chain.len();
            };
            match around.next() {
                Some(outer) if is_called(name, outer.kind, &outer.name) => n_in_file += 1,
                Some(_) => return false,
                None if self.is_anchored => return false,
                None => {
                    // What is left leads through the modules.
                    let left: Vec<&str> = std::iter::once(name).chain(wanted).map(String::as_str).collect();
                    return is_of_modules(&left, modules);
                }
            }
        }
    }
}

/// Whether these names, innermost first, are the last ones of the modules; the very last may be `crate`.
fn is_of_modules(names: &[&str], modules: &[String]) -> bool {
    names.len() <= modules.len()
        && names.iter().zip(modules.iter().rev()).enumerate().all(|(at, (name, module))| {
            let is_top = at + 1 == modules.len();
            *name == module || (is_top && *name == "crate") || (is_top && name.replace('-', "_") == *module)
        })
}

/// Whether a symbol is called so. An `impl` is also called by its type alone, `impl` or not: `Parser/new`.
fn is_called(name: &str, kind: SymbolKind, own: &str) -> bool {
    if name == own {
        return true;
    }
    if kind != SymbolKind::Impl {
        return false;
    }
    let own = without_generics(own);
    let of = own.rsplit(" for ").next().unwrap_or(&own).trim_start_matches("impl ");
    let bare = |text: &str| text.trim_start_matches(['&', '*']).rsplit("::").next().unwrap_or_default().to_owned();
    let short = |text: &str| match text.trim_start_matches("impl ").split_once(" for ") {
        Some((what, of)) => format!("{} for {}", bare(what), bare(of)),
        None => bare(text.trim_start_matches("impl ")),
    };
    if name.starts_with("impl ") {
        return name == own || short(name) == short(&own);
    }
    name == of || name == bare(of)
}

/// A text without what stands in angle brackets.
fn without_generics(text: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' && 0 < depth => depth -= 1,
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
        before = letter;
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `new[1]` -> `new`, 1.
fn number(text: &str) -> (&str, Option<usize>) {
    let number = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
    match number.and_then(|(name, number)| Some((name, number.parse().ok()?))) {
        Some((name, nth)) => (name, Some(nth)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests;
