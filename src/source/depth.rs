//! Whether a text nests deeper than a parser that calls itself can follow.
//!
//! 3,000 open brackets took the process down in an unoptimized build with 8 MiB of stack; threads have less.

/// More than people write, and less than a thread's stack bears.
const DEEPEST: usize = 200;

/// Whether brackets, angles or signs before an expression nest deeper than what is followed. Texts, letters and
/// comments do not count.
pub(super) fn is_too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut angles, mut signs) = (0, 0_usize, 0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        if let Some(end) = skipped(bytes, at) {
            at = end;
            signs = 0;
            continue;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'<' => angles += 1,
            b'>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        if matches!(byte, b';' | b'{' | b'}') {
            angles = 0;
        }
        match byte {
            b'!' | b'&' | b'*' | b'-' => signs += 1,
            _ if byte.is_ascii_whitespace() => {}
            _ => signs = 0,
        }
        if DEEPEST < depth || DEEPEST < angles || DEEPEST < signs {
            return true;
        }
        at += 1;
    }
    false
}

/// The end of the comment, text or letter that begins here.
fn skipped(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let is_in_word = 0 < at && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match rest {
        [b'/', b'/', ..] => Some(at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())),
        [b'/', b'*', ..] => {
            let (mut end, mut open) = (2, 1_usize);
            while 0 < open && end < rest.len() {
                match &rest[end..] {
                    [b'/', b'*', ..] => (open, end) = (open + 1, end + 2),
                    [b'*', b'/', ..] => (open, end) = (open - 1, end + 2),
                    _ => end += 1,
                }
            }
            Some(at + end)
        }
        [b'r', b'#' | b'"', ..] if !is_in_word || matches!(bytes[at - 1], b'b' | b'c') => {
            let n_marks = rest[1..].iter().take_while(|byte| **byte == b'#').count();
            let start = 1 + n_marks + 1;
            if rest.get(1 + n_marks) != Some(&b'"') {
                return None; // `r#type`
            }
            let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', n_marks)).collect();
            let held = rest.get(start..)?;
            let n_held = held.windows(closing.len()).position(|window| window == closing);
            Some(at + n_held.map_or(rest.len(), |n| start + n + closing.len()))
        }
        [b'"', ..] => Some(at + closed(rest, b'"')),
        [b'\'', b'\\', ..] => Some(at + closed(rest, b'\'')),
        [b'\'', letter, b'\'', ..] if *letter != b'\'' => Some(at + 3),
        _ => None,
    }
}

/// Behind the closing mark, escapes seen.
fn closed(rest: &[u8], mark: u8) -> usize {
    let mut end = 1;
    while let Some(byte) = rest.get(end) {
        match byte {
            b'\\' => end += 2,
            byte if *byte == mark => return end + 1,
            _ => end += 1,
        }
    }
    rest.len()
}
