//! File names between git's bytes and our text.
//!
//! A name that is UTF-8 and does not begin with `"` is itself; every other one is C-quoted as git does it, so
//! that no two names have the same text.

/// The text of a name.
#[must_use]
pub fn to_text(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text) if !text.starts_with('"') => text.to_owned(),
        Ok(_) | Err(_) => quote(name),
    }
}

fn quote(name: &[u8]) -> String {
    let mut text = String::from('"');
    for byte in name {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            11 => text.push_str("\\v"),
            12 => text.push_str("\\f"),
            b'\r' => text.push_str("\\r"),
            b' '..=b'~' => text.push(char::from(*byte)),
            0..=31 | 127..=255 => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text.push('"');
    text
}

/// The name behind a text; the text itself where it is not quoted well.
#[must_use]
pub fn to_bytes(text: &str) -> Vec<u8> {
    let inside = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.and_then(|inside| unquote(inside.as_bytes())).unwrap_or_else(|| text.as_bytes().to_vec())
}

fn unquote(inside: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut bytes = inside.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            name.push(byte);
            continue;
        }
        name.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            digit @ b'0'..=b'3' => {
                let digits = [digit, bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?
            }
            other => other,
        });
    }
    Some(name)
}

/// The name as a path of the system.
#[must_use]
pub fn to_path(name: &[u8]) -> std::path::PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        std::ffi::OsStr::from_bytes(name).into()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(name).into_owned().into()
    }
}

/// `name`, which is relative to the top of the repository, relative to `prefix` instead (`""` or `a/b/`), with
/// `../` where it lies outside.
#[must_use]
pub fn relative(name: &[u8], prefix: &str) -> Vec<u8> {
    let mut above = Vec::new();
    let mut folders: Vec<&str> = prefix.split_inclusive('/').collect();
    loop {
        let folder: String = folders.concat();
        if let Some(rest) = name.strip_prefix(folder.as_bytes()) {
            above.extend_from_slice(rest);
            return above;
        }
        folders.pop();
        above.extend_from_slice(b"../");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_not_plain_text_are_quoted_and_all_come_back() {
        for (name, text) in [
            (&b"src/a b.rs"[..], "src/a b.rs"),
            (b"a\nb", "a\nb"),
            ("caf\u{e9}.rs".as_bytes(), "caf\u{e9}.rs"),
            (b"caf\xe9.rs", r#""caf\351.rs""#),
            (b"\"q\"", r#""\"q\"""#),
            (b"\"\x01\n\\\x7f", r#""\"\001\n\\\177""#),
            (b"\xff", r#""\377""#),
        ] {
            assert_eq!(to_text(name), text);
            assert_eq!(to_bytes(text), name);
        }
    }

    #[test]
    fn a_name_is_told_from_where_the_payload_stands() {
        assert_eq!(relative(b"a/b/c", ""), b"a/b/c");
        assert_eq!(relative(b"a/b/c", "a/b/"), b"c");
        assert_eq!(relative(b"a/x/c", "a/b/"), b"../x/c");
        assert_eq!(relative(b"x", "a/b/"), b"../../x");
    }
}
