//! The lines of one file that hold a pattern.

use super::super::inert;
use super::found::{Beside, Hit};
use grep_matcher::Matcher as _;
use grep_regex::RegexMatcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkContextKind, SinkMatch};
use std::io;
use std::path::Path;

/// The most memory the search of one file may take: a line that is longer cannot be searched.
const MOST_MEMORY: usize = 64 << 20;

/// What one file holds of one pattern.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The first ones.
    pub(super) hits: Vec<Hit>,
    /// How many there are.
    pub(super) n_lines: usize,
    /// Where its first NUL byte is, as far as it was read.
    pub(super) binary: Option<u64>,
}

/// What is needed to search files one after the other.
pub(super) struct Reader {
    whole: Searcher,
    counting: Searcher,
}

impl Reader {
    pub(super) fn new(before: usize, after: usize) -> Self {
        let mut builder = SearcherBuilder::new();
        builder.heap_limit(Some(MOST_MEMORY));
        let counting = builder.line_number(false).build();
        let whole = builder.line_number(true).before_context(before).after_context(after).build();
        Self { whole, counting }
    }

    /// Searches a file for a pattern and keeps so many lines. In one that was `named` nothing is told behind a NUL
    /// byte but that there is something; in any other the search ends there: ripgrep does so.
    pub(super) fn search(
        &mut self,
        path: &Path,
        pattern: &RegexMatcher,
        named: bool,
        limit: usize,
    ) -> io::Result<Lines> {
        let searcher = if limit == 0 { &mut self.counting } else { &mut self.whole };
        let detection = if named { BinaryDetection::convert(b'\0') } else { BinaryDetection::quit(b'\0') };
        searcher.set_binary_detection(detection);
        let mut found = Found { pattern, limit, lines: Lines::default(), pending: Vec::new() };
        searcher.search_path(pattern, path, &mut found)?;
        Ok(found.lines)
    }
}

struct Found<'a> {
    pattern: &'a RegexMatcher,
    limit: usize,
    lines: Lines,
    /// Lines before a hit that did not come yet.
    pending: Vec<Beside>,
}

impl Sink for Found<'_> {
    type Error = io::Error;

    fn matched(&mut self, searcher: &Searcher, matched: &SinkMatch<'_>) -> io::Result<bool> {
        self.lines.n_lines += 1;
        if searcher.binary_detection().convert_byte().is_some() && self.lines.binary.is_some() {
            return Ok(false);
        }
        if self.lines.hits.len() < self.limit {
            let bytes = matched.bytes();
            let held = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            let place = self.pattern.find(held).ok().flatten().map_or(0..0, |place| place.start()..place.end());
            let shown = inert::line(held, place.clone());
            self.lines.hits.push(Hit {
                line: matched.line_number().unwrap_or_default(),
                column: place.start as u64 + 1,
                length: place.len() as u64,
                text: shown.text,
                marked: shown.marked,
                left_out: shown.left_out,
                is_utf8: shown.is_utf8,
                before: std::mem::take(&mut self.pending),
                after: Vec::new(),
            });
        } else {
            self.pending.clear();
        }
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, context: &SinkContext<'_>) -> io::Result<bool> {
        let beside = || Beside {
            line: context.line_number().unwrap_or_default(),
            text: inert::line(context.bytes(), 0..0).text,
        };
        match context.kind() {
            // Behind the last hit that is kept, not behind one that is only counted.
            SinkContextKind::After if self.lines.n_lines == self.lines.hits.len() => {
                self.lines.hits.iter_mut().last().into_iter().for_each(|hit| hit.after.push(beside()));
            }
            SinkContextKind::Before if self.lines.hits.len() < self.limit => self.pending.push(beside()),
            SinkContextKind::After | SinkContextKind::Before | SinkContextKind::Other => {}
        }
        Ok(true)
    }

    fn binary_data(&mut self, _: &Searcher, offset: u64) -> io::Result<bool> {
        self.lines.binary.get_or_insert(offset);
        Ok(true)
    }
}
