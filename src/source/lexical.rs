//! Rust text as words, literals and marks: enough to tell code from what is only written about it.
//!
//! Told by the language's own rules (the reference, "Lexical structure"). What has no end cannot be told: `None`.

/// What begins at a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Blanks, or a comment.
    Nothing,
    /// A name, a keyword or a number.
    Word,
    /// A text, a letter or bytes.
    Literal,
    /// `'a`
    Lifetime,
    /// Anything else, one byte each.
    Mark(u8),
}

/// What begins here, and where it ends. `None`: it has no end, or there is nothing.
pub(super) fn piece(bytes: &[u8], at: usize) -> Option<(Piece, usize)> {
    let first = *bytes.get(at)?;
    match (first, bytes.get(at + 1)) {
        (b'/', Some(b'/')) => Some((Piece::Nothing, until(bytes, at, |byte| byte == b'\n'))),
        (b'/', Some(b'*')) => Some((Piece::Nothing, comment(bytes, at)?)),
        (b'"', _) => Some((Piece::Literal, closed(bytes, at + 1, b'"')?)),
        (b'\'', _) => quoted(bytes, at),
        _ if is_blank(first) => Some((Piece::Nothing, until(bytes, at, |byte| !is_blank(byte)))),
        _ if is_in_word(first) => word(bytes, at),
        _ => Some((Piece::Mark(first), at + 1)),
    }
}

/// Whether a byte may stand in a name or number. Letters beyond ASCII count whatever they are.
pub(super) const fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || 0x80 <= byte
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// The first byte from here on of which this is true, or the end.
fn until(bytes: &[u8], at: usize, is_end: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |n| at + n)
}

fn word(bytes: &[u8], at: usize) -> Option<(Piece, usize)> {
    let end = until(bytes, at, |byte| !is_in_word(byte));
    let next = bytes.get(end);
    if !matches!(next, Some(b'"' | b'\'' | b'#')) {
        return Some((Piece::Word, end));
    }
    match (&bytes[at..end], next) {
        (b"b" | b"c", Some(b'"')) => Some((Piece::Literal, closed(bytes, end + 1, b'"')?)),
        (b"b", Some(b'\'')) => Some((Piece::Literal, closed(bytes, end + 1, b'\'')?)),
        (b"r" | b"br" | b"cr", Some(b'"' | b'#')) => {
            let open = until(bytes, end, |byte| byte != b'#');
            let n_marks = open - end;
            match bytes.get(open) {
                Some(b'"') => Some((Piece::Literal, raw(bytes, open + 1, n_marks)?)),
                Some(letter) if n_marks == 1 && is_in_word(*letter) => {
                    Some((Piece::Word, until(bytes, open, |byte| !is_in_word(byte)))) // `r#type`
                }
                Some(_) | None => Some((Piece::Word, end)),
            }
        }
        _ => Some((Piece::Word, end)),
    }
}

/// A letter or a lifetime.
fn quoted(bytes: &[u8], at: usize) -> Option<(Piece, usize)> {
    let first = *bytes.get(at + 1)?;
    let width = match first {
        b'\\' => return Some((Piece::Literal, closed(bytes, at + 1, b'\'')?)),
        b'\'' | b'\n' => return None,
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    };
    if bytes.get(at + 1 + width) == Some(&b'\'') {
        return Some((Piece::Literal, at + width + 2));
    }
    let end = until(bytes, at + 1, |byte| !is_in_word(byte));
    match bytes.get(end) {
        _ if end == at + 1 => None,
        Some(b'\'') => Some((Piece::Literal, end + 1)), // too many letters
        Some(_) | None => Some((Piece::Lifetime, end)),
    }
}

/// Behind the closing mark, escapes seen.
fn closed(bytes: &[u8], mut at: usize, mark: u8) -> Option<usize> {
    loop {
        at = until(bytes, at, |byte| byte == mark || byte == b'\\');
        match *bytes.get(at)? {
            b'\\' => at += 2,
            _ => return Some(at + 1),
        }
        if bytes.len() < at {
            return None;
        }
    }
}

/// Behind the quote that as many `#` follow.
fn raw(bytes: &[u8], mut at: usize, n_marks: usize) -> Option<usize> {
    loop {
        at = until(bytes, at, |byte| byte == b'"') + 1;
        let marks = bytes.get(at..at + n_marks)?;
        if marks.iter().all(|byte| *byte == b'#') {
            return Some(at + n_marks);
        }
    }
}

/// Behind a comment that may hold others.
fn comment(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut end, mut n_open) = (at + 2, 1_usize);
    while 0 < n_open {
        end = until(bytes, end, |byte| byte == b'*' || byte == b'/');
        match (bytes.get(end)?, bytes.get(end + 1)) {
            (b'/', Some(b'*')) => (n_open, end) = (n_open + 1, end + 2),
            (b'*', Some(b'/')) => (n_open, end) = (n_open - 1, end + 2),
            _ => end += 1,
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces that are something, blanks left out; the last one is `!` where something has no end.
    fn pieces(text: &str) -> Vec<&str> {
        let (mut at, mut found) = (0, Vec::new());
        while at < text.len() {
            let Some((piece, end)) = piece(text.as_bytes(), at) else {
                found.push("!");
                break;
            };
            if piece != Piece::Nothing {
                found.push(&text[at..end]);
            }
            at = end;
        }
        found
    }

    #[test]
    fn words_texts_letters_and_lifetimes_are_told_apart() {
        for (text, expected) in [
            ("fn a1_(){}", &["fn", "a1_", "(", ")", "{", "}"][..]),
            ("a/*{/*(*/[*/b//}\nc/", &["a", "b", "c", "/"]),
            (r#""\"{" x"#, &[r#""\"{""#, "x"]),
            (r##"r#"{"" "# br"\" cr##"##, &[r##"r#"{"" "#"##, r#"br"\""#, "cr", "#", "#"]),
            (r#"b"}" c"\"" b'"' b'\''"#, &[r#"b"}""#, r#"c"\"""#, r#"b'"'"#, r"b'\''"]),
            ("'{' '\\'' '\\u{7d}' 'é' '→' '𝔸'", &["'{'", "'\\''", "'\\u{7d}'", "'é'", "'→'", "'𝔸'"]),
            ("<'a,'b> 'a:", &["<", "'a", ",", "'b", ">", "'a", ":"]),
            ("['é','{']", &["[", "'é'", ",", "'{'", "]"]),
            ("r#type for\"x\" 1.0", &["r#type", "for", "\"x\"", "1", ".", "0"]),
            ("é\"{\"", &["é", "\"{\""]),
            ("'abc'", &["'abc'"]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_end_cannot_be_told() {
        for text in ["\"", "\"\\", "/*/", "/* /* */", "r#\"\"", "'\\'", "'", "''", "'(", "b'", "b'\\"] {
            assert_eq!(pieces(text).last(), Some(&"!"), "{text}");
        }
    }
}
