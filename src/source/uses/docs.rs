//! Names in documentation: links to items, and code that is run.

use super::super::text::bytes;
use super::{Frame, Role, Search};
use ra_ap_syntax::SyntaxToken;
use ra_ap_syntax::ast::{self, AstToken as _};

/// The names in a comment, if it is documentation.
pub(super) fn comment(token: &SyntaxToken, frame: &Frame<'_>, search: &mut Search<'_>) {
    let text = token.text();
    let is_doc = ast::Comment::cast(token.clone()).is_some_and(|comment| comment.is_doc());
    if !is_doc || !search.names.iter().any(|name| text.contains(name.as_str())) {
        return;
    }
    let mut is_code = is_in_fence(token);
    let start = bytes(token.text_range()).start;
    let mut line_at = 0;
    for line in text.split_inclusive('\n') {
        if is_fence(line) {
            is_code = !is_code;
        } else {
            in_line(line, start + line_at, is_code, frame, search);
        }
        line_at += line.len();
    }
}

fn is_fence(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches(['/', '!', '*']).trim_start();
    text.starts_with("```") || text.starts_with("~~~")
}

/// Whether the lines of documentation before this one have opened a fence.
fn is_in_fence(token: &SyntaxToken) -> bool {
    let before = std::iter::successors(token.prev_token(), SyntaxToken::prev_token);
    let comments = before
        .take_while(|token| token.kind().is_trivia())
        .filter(|token| ast::Comment::cast(token.clone()).is_some_and(|comment| comment.is_doc()));
    let n_fences: usize = comments.map(|token| token.text().lines().filter(|line| is_fence(line)).count()).sum();
    n_fences % 2 == 1
}

fn in_line(line: &str, start: usize, is_code: bool, frame: &Frame<'_>, search: &mut Search<'_>) {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let names: Vec<String> = search.names.iter().cloned().collect();
    for name in names {
        for (at, _) in line.match_indices(name.as_str()) {
            let (before, behind) = (&line[..at], &line[at + name.len()..]);
            if before.ends_with(is_part) || behind.starts_with(is_part) {
                continue;
            }
            let first = before
                .rfind(|letter| !is_part(letter) && letter != ':')
                .map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
            let path: Vec<String> =
                before[first..].split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            let opening =
                before[..first].trim_end_matches(|letter: char| is_part(letter) || letter == '@').chars().last();
            let role = if is_code {
                Role::DocTest { before: path, is_behind_dot: opening == Some('.') }
            } else if matches!(opening, Some('`' | '[' | '(')) {
                Role::DocLink(path)
            } else {
                continue;
            };
            search.add(frame.place(&(start + at..start + at + name.len())), &name, role);
        }
    }
}
