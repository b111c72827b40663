//! XML, as much of it as is written here: elements, attributes and text that nothing can break out of.
//!
//! Text never comes as CDATA, so `]]>` ends nothing. What XML 1.0 forbids cannot be written even as a reference
//! (<https://www.w3.org/TR/xml/#charsets>): it is spelt out before.

use crate::report::{escape, machine};

/// An element, its attributes in order, and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Self>,
    text: String,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// The same with an attribute. Its value stays on one line.
    pub(super) fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.attributes.push((name, escape::line(value.as_ref()).into_owned()));
        self
    }

    /// The same with this in it.
    pub(super) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// The same with all of these in it.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The same with this text in it: without colours, and with no line a CI runner would act upon.
    pub(super) fn text(mut self, text: &str, most: usize) -> Self {
        let plain = without_escape_sequences(&machine::head_and_tail(text, most));
        self.text = escape::no_ci_commands(&escape::block(&plain));
        self
    }

    /// With everything in it, two blanks deeper each level.
    pub(super) fn write(&self, depth: usize, xml: &mut String) {
        let indent = "  ".repeat(depth);
        xml.push_str(&format!("{indent}<{}", self.name));
        for (name, value) in &self.attributes {
            xml.push_str(&format!(" {name}=\""));
            push(xml, value);
            xml.push('"');
        }
        if self.children.is_empty() && self.text.is_empty() {
            xml.push_str("/>\n");
            return;
        }
        xml.push('>');
        push(xml, &self.text);
        if !self.children.is_empty() {
            xml.push('\n');
            self.children.iter().for_each(|child| child.write(depth + 1, xml));
            xml.push_str(&indent);
        }
        xml.push_str(&format!("</{}>\n", self.name));
    }
}

fn push(xml: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            '"' => xml.push_str("&quot;"),
            // The last two of the basic plane are no characters, and forbidden.
            '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            _ => xml.push(character),
        }
    }
}

/// The text without what colours and moves on a terminal: CSI sequences. Of any other the introducer is left, to be spelt
/// out: what has no end would swallow the rest.
fn without_escape_sequences(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let parameters = from[2..].trim_start_matches(|character| matches!(character, ' '..='?'));
        match parameters.chars().next() {
            Some('@'..='~') => rest = &parameters[1..],
            Some(_) | None => {
                plain.push('\u{1b}');
                rest = &from[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(element: &Element) -> String {
        let mut xml = String::new();
        element.write(0, &mut xml);
        xml
    }

    #[test]
    fn nothing_breaks_out() {
        let hostile = "a\"'<b>&amp;]]>\n\u{0}\u{fffe}\u{1b}[31mred\u{1b}[0m";
        let element = Element::new("a").with("b", hostile).child(Element::new("c").text(hostile, 100));
        let in_attribute = "a&quot;'&lt;b&gt;&amp;amp;]]&gt;\\n\\u{0}\u{fffd}\\u{1b}[31mred\\u{1b}[0m";
        let in_text = "a&quot;'&lt;b&gt;&amp;amp;]]&gt;\n\\u{0}\u{fffd}red";
        assert_eq!(written(&element), format!("<a b=\"{in_attribute}\">\n  <c>{in_text}</c>\n</a>\n"));
    }

    #[test]
    fn colours_go_and_what_has_no_end_swallows_nothing() {
        for (text, plain) in [
            ("\u{1b}[1;31mred\u{1b}[m\u{1b}[K", "red"),
            ("\u{1b}[?25lx", "x"),
            ("\u{1b}]0;title", "\u{1b}]0;title"),
            ("a\u{1b}[31", "a\u{1b}[31"),
            ("\u{1b}[31\u{1b}[32mx", "\u{1b}[31x"),
            ("\u{1b}[ä", "\u{1b}[ä"),
        ] {
            assert_eq!(without_escape_sequences(text), plain);
        }
    }

    #[test]
    fn a_line_is_no_command_for_a_ci_runner() {
        assert_eq!(written(&Element::new("a").text("::error::x", 100)), "<a>\\::error::x</a>\n");
    }
}
