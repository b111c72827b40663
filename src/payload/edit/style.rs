//! How a document is laid out, and our values in the same layout.

use crate::payload::document::Document;
use serde_json::Value;

/// How long a line of ours may be.
const WIDEST: usize = 320;

/// The layout of one document.
pub(in crate::payload) struct Style {
    /// What one level is indented by.
    pub(in crate::payload) unit: String,
    /// The line ending.
    pub(in crate::payload) newline: &'static str,
    /// Whether the document has more than one line; if not, it stays so.
    pub(in crate::payload) many_lines: bool,
    /// What stands between a key and its value.
    pub(in crate::payload) colon: String,
    /// What stands behind a comma within a line.
    pub(in crate::payload) gap: String,
}

impl Style {
    /// The layout of this document.
    pub(in crate::payload) fn of(document: &Document) -> Self {
        let root = document.root();
        let raw = root.raw();
        let newline = match raw.find('\n') {
            Some(at) if raw[..at].ends_with('\r') => "\r\n",
            Some(_) | None => "\n",
        };
        let many_lines = raw.contains('\n');
        let members = root.members();
        let base = root.offset();
        let first = members.first().map(|(_, node)| &raw[..node.offset() - base]);
        let colon = first.and_then(|before| before.rfind('"').map(|quote| &before[quote + 1..]));
        let colon =
            colon.filter(|colon| !colon.contains('\n')).unwrap_or(if many_lines { ": " } else { ":" }).to_owned();
        let second = members.get(1).zip(members.first()).map(|((_, second), (_, first))| {
            let between = &raw[first.offset() - base + first.raw().len()..second.offset() - base];
            let behind = between.find(',').map_or("", |comma| &between[comma + 1..]);
            &behind[..behind.len() - behind.trim_start().len()]
        });
        let gap = match second.filter(|_| !many_lines) {
            Some(gap) => gap.to_owned(),
            None if many_lines || colon.ends_with(' ') => " ".to_owned(),
            None => String::new(),
        };
        let indent = raw.lines().skip(1).find_map(|line| {
            let rest = line.trim_start_matches([' ', '\t']);
            (!rest.trim().is_empty() && rest.len() < line.len()).then(|| line[..line.len() - rest.len()].to_owned())
        });
        Self { unit: indent.unwrap_or_else(|| "  ".to_owned()), newline, many_lines, colon, gap }
    }

    /// A value on as many lines as it takes, the first of them indented already by `indent`.
    pub(in crate::payload) fn render(&self, value: &Value, indent: &str, colon: &str) -> String {
        let inline = self.inline(value, colon);
        if !self.many_lines || is_list_of_words(value) || (is_flat(value) && indent.len() + inline.len() <= WIDEST) {
            return inline;
        }
        let below = format!("{indent}{}", self.unit);
        let (open, close, parts): (_, _, Vec<String>) = match value {
            Value::Array(list) => ('[', ']', list.iter().map(|element| self.render(element, &below, colon)).collect()),
            Value::Object(map) => {
                let member = |(key, value): (&String, &Value)| {
                    format!("{}{colon}{}", scalar(key), self.render(value, &below, colon))
                };
                ('{', '}', map.iter().map(member).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return inline,
        };
        let newline = self.newline;
        let parts = parts.join(&format!(",{newline}{below}"));
        format!("{open}{newline}{below}{parts}{newline}{indent}{close}")
    }

    /// A value whose line is indented like this, or that shares its line with others.
    pub(in crate::payload) fn laid_out(&self, value: &Value, indent: Option<&str>, colon: &str) -> String {
        match indent {
            Some(indent) => self.render(value, indent, colon),
            None => self.inline(value, colon),
        }
    }

    /// A value as another text has it, moved to where lines are indented otherwise. No string of JSON holds a line
    /// ending, so nothing but the layout changes.
    pub(in crate::payload) fn moved(&self, raw: &str, from: &str, to: Option<&str>) -> String {
        if !raw.contains('\n') {
            return raw.to_owned();
        }
        let lines = raw.split('\n').map(|line| line.trim_end_matches('\r'));
        let Some(to) = to.filter(|_| self.many_lines) else {
            let words = lines.map(|line| line.trim_matches([' ', '\t']));
            return words.fold(String::new(), |mut whole, word| {
                if whole.ends_with(',') {
                    whole.push_str(&self.gap);
                }
                whole.push_str(word);
                whole
            });
        };
        let mut lines = lines.enumerate().map(|(n, line)| match line.strip_prefix(from) {
            Some(rest) if n != 0 => format!("{to}{rest}"),
            Some(_) | None => line.to_owned(),
        });
        let first = lines.next().unwrap_or_default();
        lines.fold(first, |whole, line| format!("{whole}{}{line}", self.newline))
    }

    /// A value on one line.
    pub(in crate::payload) fn inline(&self, value: &Value, colon: &str) -> String {
        let comma = format!(",{}", self.gap);
        match value {
            Value::Array(list) => {
                let parts: Vec<_> = list.iter().map(|element| self.inline(element, colon)).collect();
                format!("[{}]", parts.join(&comma))
            }
            Value::Object(map) => {
                let member =
                    |(key, value): (&String, &Value)| format!("{}{colon}{}", scalar(key), self.inline(value, colon));
                format!("{{{}}}", map.iter().map(member).collect::<Vec<_>>().join(&comma))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
        }
    }
}

/// A string as JSON.
pub(in crate::payload) fn scalar(text: &str) -> String {
    Value::from(text).to_string()
}

/// Whether it is a list of names, paths or arguments: a reader looks for one of them, not at all of them.
fn is_list_of_words(value: &Value) -> bool {
    let is_word = |value: &Value| value.as_str().is_some_and(|text| !text.contains(' '));
    value.as_array().is_some_and(|list| list.iter().all(is_word))
}

/// Whether at most one more level stands in it.
fn is_flat(value: &Value) -> bool {
    children(value).all(|child| children(child).all(|leaf| children(leaf).next().is_none()))
}

/// The values of a list or an object.
fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(list) => Box::new(list.iter()),
        Value::Object(map) => Box::new(map.values()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Box::new(std::iter::empty()),
    }
}
