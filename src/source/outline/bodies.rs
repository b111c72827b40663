//! A file without what its functions do: nearly all that a parser spends its time on.

use super::super::lexical::{Piece, piece};

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Code whose functions lose their bodies.
    Code,
    /// The arguments of a macro or attribute, which mean what the macro says: nothing in it is touched.
    Foreign,
    /// A body that goes, from this byte on.
    Body(usize),
}

/// The head of a function that was begun.
#[derive(Debug, Clone, Copy)]
struct Head {
    /// How many brackets are open around it.
    depth: usize,
    n_angles: usize,
}

/// The same text, blanks in place of what the bodies of functions hold; every byte outside of them, and every line,
/// stays where it is. Functions in the arguments of macros keep theirs.
///
/// `None` where brackets do not match or something has no end: such a file has to be read whole.
pub(super) fn without_bodies(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut blank = Vec::new();
    let mut open: Vec<(u8, Open)> = Vec::new();
    let mut head: Option<Head> = None;
    // The two pieces before: `fn`, a word, `!`, `#`.
    let (mut before, mut is_fn, mut is_call) = (Piece::Nothing, false, false);
    let mut at = start(text)?;
    while at < bytes.len() {
        let (piece, end) = piece(bytes, at)?;
        let is_foreign = open.last().is_some_and(|(_, open)| *open != Open::Code);
        let is_outside = head.is_some_and(|head| head.depth == open.len());
        match piece {
            Piece::Nothing => {
                at = end;
                continue;
            }
            Piece::Mark(mark @ (b'(' | b'[' | b'{')) => {
                let is_body = mark == b'{' && is_outside && head.is_some_and(|head| head.n_angles == 0);
                let what = match open.last() {
                    _ if is_body => Open::Body(end),
                    Some((_, Open::Body(_) | Open::Foreign)) => Open::Foreign,
                    Some((_, Open::Code)) | None if is_call => Open::Foreign,
                    Some((_, Open::Code)) | None => Open::Code,
                };
                if is_body {
                    head = None;
                }
                open.push((mark, what));
            }
            Piece::Mark(mark @ (b')' | b']' | b'}')) => {
                let (opened, what) = open.pop()?;
                if !matches!((opened, mark), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                    return None;
                }
                if let Open::Body(start) = what {
                    blank.push(start..at);
                }
                head = head.filter(|head| head.depth <= open.len());
            }
            Piece::Mark(b';') if is_outside => head = None,
            Piece::Mark(b'<') if is_outside => {
                head = head.map(|head| Head { n_angles: head.n_angles + 1, ..head });
            }
            // Not that of an arrow.
            Piece::Mark(b'>') if is_outside && !matches!(before, Piece::Mark(b'-' | b'=')) => {
                head = head.and_then(|head| Some(Head { n_angles: head.n_angles.checked_sub(1)?, ..head }));
            }
            // A function in the head of another is left alone, and so is that one.
            Piece::Word if is_fn && !is_foreign => {
                head = match head {
                    None => Some(Head { depth: open.len(), n_angles: 0 }),
                    Some(_) => None,
                };
            }
            Piece::Word | Piece::Literal | Piece::Lifetime | Piece::Mark(_) => {}
        }
        is_call = match piece {
            Piece::Mark(b'!') => matches!(before, Piece::Word | Piece::Mark(b'#')),
            Piece::Mark(b'#') => true,
            Piece::Word => is_call && before == Piece::Mark(b'!'), // `macro_rules! name`
            Piece::Nothing | Piece::Literal | Piece::Lifetime | Piece::Mark(_) => false,
        };
        is_fn = piece == Piece::Word && bytes.get(at..end) == Some(b"fn");
        before = piece;
        at = end;
    }
    if !open.is_empty() {
        return None;
    }
    let mut left = bytes.to_vec();
    for range in blank {
        for byte in left.get_mut(range)? {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(left).ok()
}

/// Where code begins: behind a byte order mark and a line for the shell. `None` where front matter comes first.
fn start(text: &str) -> Option<usize> {
    let code = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - code.len();
    if code.trim_start().starts_with("---") {
        return None;
    }
    let is_shell = code.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    let line = if is_shell { code.find('\n').unwrap_or(code.len()) } else { 0 };
    Some(mark + line)
}

#[cfg(test)]
mod tests;
