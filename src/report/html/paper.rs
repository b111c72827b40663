//! What a page is written on: markup comes from this crate's sources alone, and everything else is escaped.
//!
//! A `&'static str` is the only thing that is taken as markup, so no text of a dossier can be. The paper knows when
//! it is full, and what was left out is counted on it.

use super::escape;
use std::collections::BTreeSet;

/// The most characters of a text within a line.
const MOST_SAID: usize = 400;

/// The most characters of a line within a block.
const MOST_IN_LINE: usize = 1000;

/// A place on the page that can be led to. Made of a counter, never of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor(pub(super) char, pub(super) usize);

/// What a note on things left out stands in.
#[derive(Debug, Clone, Copy)]
pub(super) enum In {
    /// A list.
    List,
    /// The flow of the page.
    Flow,
    /// A table of three columns.
    Table3,
    /// A table of four columns.
    Table4,
}

/// The page as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Paper {
    text: String,
    full_at: usize,
    anchors: BTreeSet<Anchor>,
}

impl Paper {
    /// From here on there is room for so many bytes; what begins within it is ended.
    pub(super) fn room(&mut self, bytes: usize) {
        self.full_at = self.text.len() + bytes;
    }

    /// How many bytes are left of it.
    pub(super) fn room_left(&self) -> usize {
        self.full_at.saturating_sub(self.text.len())
    }

    /// Markup, as it stands in the sources.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.text.push_str(markup);
        self
    }

    /// A text within a line.
    pub(super) fn say(&mut self, text: &str) -> &mut Self {
        escape::line(&mut self.text, text, MOST_SAID);
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: impl Into<i128>) -> &mut Self {
        self.text.push_str(&number.into().to_string());
        self
    }

    /// A text of machines: a path, a name, a command.
    pub(super) fn code(&mut self, text: &str) -> &mut Self {
        self.raw("<code>").say(text).raw("</code>")
    }

    /// A sentence in which names stand between backticks.
    pub(super) fn prose(&mut self, text: &str) -> &mut Self {
        let end = text.char_indices().nth(MOST_SAID).map_or(text.len(), |(at, _)| at);
        let mut rest = &text[..end];
        while let Some((before, from)) = rest.split_once('`') {
            let Some((name, behind)) = from.split_once('`') else { break };
            self.say(before).code(name);
            rest = behind;
        }
        self.say(rest);
        if end < text.len() {
            self.raw("… (").number(text[end..].chars().count() as u64).raw(" more characters)");
        }
        self
    }

    /// An `id` attribute.
    pub(super) fn id(&mut self, anchor: Anchor) -> &mut Self {
        self.anchors.insert(anchor);
        self.text.push_str(&format!(" id=\"{}{}\"", anchor.0, anchor.1));
        self
    }

    /// The beginning of a link within the page, up to `</a>`.
    pub(super) fn link(&mut self, anchor: Anchor) -> &mut Self {
        self.text.push_str(&format!("<a href=\"#{}{}\">", anchor.0, anchor.1));
        self
    }

    /// A link where there is something to lead to, else the name alone.
    pub(super) fn code_linked(&mut self, anchor: Option<Anchor>, text: &str) -> &mut Self {
        match anchor {
            Some(anchor) => self.link(anchor).code(text).raw("</a>"),
            None => self.code(text),
        }
    }

    /// An attribute with numbers in it.
    pub(super) fn numbers(&mut self, name: &'static str, numbers: &[i64]) -> &mut Self {
        let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
        self.text.push_str(&format!(" {name}=\"{}\"", numbers.join(" ")));
        self
    }

    /// The way of a line: letters with their numbers.
    pub(super) fn path(&mut self, steps: &[(&'static str, Vec<i64>)]) -> &mut Self {
        self.raw(" d=\"");
        for (letter, numbers) in steps {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            self.raw(letter);
            self.text.push_str(&numbers.join(" "));
        }
        self.raw("\"")
    }

    /// An attribute with a text in it.
    pub(super) fn attribute(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").say(text).raw("\"")
    }

    /// Writes one after the other while there is room, at most so many; says how many were left out.
    pub(super) fn each<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        most: usize,
        mut write: impl FnMut(&mut Self, T),
    ) -> usize {
        let n_items = items.len();
        let mut n_written = 0;
        for item in items.take(most) {
            if self.room_left() == 0 {
                break;
            }
            write(self, item);
            n_written += 1;
        }
        n_items - n_written
    }

    /// The same in a sentence, with commas between; what was left out is counted.
    pub(super) fn in_a_row<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        most: usize,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        let mut between = "";
        let n_left_out = self.each(items, most, |paper, item| {
            paper.raw(std::mem::replace(&mut between, ", "));
            write(paper, item);
        });
        if 0 < n_left_out {
            self.raw(" and ").number(n_left_out as u64).raw(" more");
        }
        self
    }

    /// Writes something for which so many bytes less are there: they are kept back for what comes behind it.
    pub(super) fn kept_back(&mut self, bytes: usize, write: impl FnOnce(&mut Self)) {
        let full_at = self.full_at;
        self.full_at = full_at.saturating_sub(bytes);
        write(self);
        self.full_at = full_at;
    }

    /// Says that so many of them are not here.
    pub(super) fn left_out(&mut self, n: usize, within: In, one: &'static str, many: &'static str) -> &mut Self {
        if n == 0 {
            return self;
        }
        let (before, after) = match within {
            In::List => ("<li class=\"more\">", "</li>"),
            In::Flow => ("<p class=\"more\">", "</p>"),
            In::Table3 => ("<tr class=\"more\"><td colspan=\"3\">", "</td></tr>"),
            In::Table4 => ("<tr class=\"more\"><td colspan=\"4\">", "</td></tr>"),
        };
        self.raw(before).raw("… and ").number(n as u64).raw(" more ").raw(if n == 1 { one } else { many });
        self.raw(": there was no room here.").raw(after)
    }

    /// The lines of a block while there are no more than so many bytes, each between what `dress` gives; the rest is
    /// counted. `n_last` of the bytes are for its end: a log says there what became of it.
    pub(super) fn lines(
        &mut self,
        text: &str,
        most: usize,
        n_last: usize,
        mut dress: impl FnMut(&str) -> (&'static str, &'static str),
    ) -> &mut Self {
        let lines: Vec<&str> = text.lines().collect();
        let cost = |line: &&str| line.len().min(MOST_IN_LINE) + 1;
        let fit = |room: usize, lines: &mut dyn Iterator<Item = &&str>| {
            let mut used = 0;
            lines.take_while(|line| (used += cost(line), used <= room).1).count()
        };
        let is_whole = lines.iter().map(cost).sum::<usize>() <= most;
        let n_head = if is_whole { lines.len() } else { fit(most - n_last.min(most), &mut lines.iter()) };
        let n_tail = fit(n_last, &mut lines[n_head..].iter().rev());
        for line in &lines[..n_head] {
            self.dressed(line, dress(line));
        }
        let n_missing = lines.len() - n_head - n_tail;
        if 0 < n_missing {
            self.raw("<span class=\"more\">… ").number(n_missing as u64);
            self.raw(if n_missing == 1 {
                " line is left out here</span>\n"
            } else {
                " lines are left out here</span>\n"
            });
        }
        for line in &lines[lines.len() - n_tail..] {
            self.dressed(line, dress(line));
        }
        self
    }

    fn dressed(&mut self, line: &str, (before, after): (&'static str, &'static str)) {
        self.raw(before);
        escape::line_of_block(&mut self.text, line, MOST_IN_LINE);
        self.raw(after).raw("\n");
    }

    /// All that is written, its links leading to what is there: a link to what was left out leads nowhere.
    pub(super) fn finish(self) -> String {
        const LINK: &str = "<a href=\"#";
        let mut settled = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find(LINK) {
            let end = at + LINK.len() + rest[at + LINK.len()..].find('>').expect("every link is closed") + 1;
            let mut name = rest[at + LINK.len()..end - 2].chars();
            let anchor = name.next().zip(name.as_str().parse().ok()).map(|(letter, number)| Anchor(letter, number));
            let is_there = anchor.is_some_and(|anchor| self.anchors.contains(&anchor));
            settled.push_str(if is_there { &rest[..end] } else { &rest[..at] });
            settled.push_str(if is_there { "" } else { "<a>" });
            rest = &rest[end..];
        }
        settled.push_str(rest);
        settled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> Paper {
        let mut paper = Paper::default();
        paper.room(10_000);
        paper
    }

    #[test]
    fn a_link_to_what_was_left_out_leads_nowhere() {
        let mut paper = paper();
        paper.link(Anchor('s', 1)).raw("one</a>").link(Anchor('s', 2)).raw("two</a>");
        paper.raw("<p").id(Anchor('s', 2)).raw("></p>").say("<a href=\"#s1\">");
        let page = "<a>one</a><a href=\"#s2\">two</a><p id=\"s2\"></p>&lt;a href=&quot;#s1&quot;&gt;";
        assert_eq!(paper.finish(), page);
    }

    #[test]
    fn names_between_backticks_are_code() {
        for (text, markup) in
            [("`a` is `b<`", "<code>a</code> is <code>b&lt;</code>"), ("one ` alone", "one ` alone"), ("", "")]
        {
            let mut paper = paper();
            paper.prose(text);
            assert_eq!(paper.finish(), markup);
        }
    }

    #[test]
    fn a_full_paper_takes_no_more_and_says_how_much() {
        let mut paper = paper();
        paper.room(10);
        let n = paper.each(0..100, 50, |paper, _| {
            paper.raw("12345");
        });
        paper.left_out(n, In::Flow, "thing", "things");
        let page = "1234512345<p class=\"more\">… and 98 more things: there was no room here.</p>";
        assert_eq!(paper.finish(), page);
    }

    #[test]
    fn a_long_block_keeps_its_head_and_its_tail() {
        let text: String = (0..1000).map(|n| format!("{n:04}\n")).collect();
        let shown = |most, n_last| {
            let mut paper = paper();
            paper.lines(&text, most, n_last, |_| ("", ""));
            paper.finish()
        };
        assert_eq!(shown(10_000, 100).lines().count(), 1000);
        let page = "0000\n0001\n<span class=\"more\">… 997 lines are left out here</span>\n0999\n";
        assert_eq!(shown(17, 6), page);
        assert_eq!(shown(17, 0).lines().count(), 4);
    }
}
