//! Secrets in text: found by their shape or by being a secret of ours, and masked.
//!
//! What is masked is gone: there is no way back from `***`. Better one word too many than a token in a log.

use crate::surroundings::Surroundings;

/// What stands in a secret's place.
pub(super) const MASK: &[u8] = b"***";

/// A value shorter than this is no secret worth the name; masking it would eat words.
const LEAST: usize = 8;

/// Values of this user's environment that are secrets by their variable's name, longest first.
pub(super) fn of_environment(surroundings: &Surroundings) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for (name, value) in &surroundings.environment {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if is_secret(name) {
            // One of several lines, a key for example, is printed line by line.
            values.extend(std::iter::once(value).chain(value.lines()).map(|part| part.trim().to_owned()));
        }
    }
    values.retain(|value| LEAST <= value.len());
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values.dedup();
    values
}

/// Whether a variable of this name holds a secret.
fn is_secret(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "API_KEY",
        "APIKEY",
        "PRIVATE_KEY",
        "ACCESS_KEY",
        "CREDENTIAL",
        "AUTHORIZATION",
    ];
    let name = name.to_uppercase();
    let is_setting = ["_PATH", "_FILE", "_URL", "_DIR", "_PROVIDER"].iter().any(|end| name.ends_with(end));
    !is_setting && PARTS.iter().any(|part| name.contains(part))
}

/// The bytes from here on that are a secret; `None` where none begins here. `before` is the byte in front.
pub(super) fn at(text: &[u8], before: Option<u8>) -> Option<std::ops::Range<usize>> {
    let first = *text.first()?;
    // Most bytes begin nothing: this is asked of each byte of each log.
    match first {
        b'-' => private_key(text),
        b'A' | b'a' | b'B' | b'b' | b'g' | b'x' | b's' | b'n' | b'c' | b'e' if !before.is_some_and(is_word) => {
            token(text).map(|length| 0..length).or_else(|| authorization(text))
        }
        _ => None,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_dashed(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

fn run(text: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| is_part(**byte)).count()
}

/// The well-known shapes: what they begin with, what they go on with, and how long that is at least.
fn token(text: &[u8]) -> Option<usize> {
    type Shape = (&'static str, fn(u8) -> bool, usize);
    const SHAPES: &[Shape] = &[
        ("ghp_", is_word, 20),
        ("gho_", is_word, 20),
        ("ghs_", is_word, 20),
        ("ghu_", is_word, 20),
        ("ghr_", is_word, 20),
        ("github_pat_", is_word, 20),
        ("glpat-", is_dashed, 16),
        ("xoxa-", is_dashed, 10),
        ("xoxb-", is_dashed, 10),
        ("xoxp-", is_dashed, 10),
        ("xoxr-", is_dashed, 10),
        ("xoxs-", is_dashed, 10),
        ("npm_", is_word, 30),
        ("cio", |byte| byte.is_ascii_alphanumeric(), 32),
    ];
    for (start, is_part, least) in SHAPES {
        if let Some(rest) = text.strip_prefix(start.as_bytes()) {
            let length = run(rest, is_part);
            return (*least <= length).then_some(start.len() + length);
        }
    }
    if text.starts_with(b"AKIA") || text.starts_with(b"ASIA") {
        let length = run(text, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        return (length == 20 && !text.get(20).is_some_and(|byte| is_word(*byte))).then_some(length);
    }
    if let Some(rest) = text.strip_prefix(b"sk-") {
        let length = run(rest, is_dashed);
        // Words joined by dashes have no digits, as a rule.
        return (20 <= length && rest[..length].iter().any(u8::is_ascii_digit)).then_some(3 + length);
    }
    if text.starts_with(b"eyJ") {
        let head = run(text, is_dashed);
        let body = text.get(head + 1..).map_or(0, |rest| run(rest, is_dashed));
        let tail = text.get(head + body + 2..).map_or(0, |rest| run(rest, is_dashed));
        let dots = [head, head + body + 1].map(|at| text.get(at) == Some(&b'.'));
        return (dots == [true, true] && 10 <= head && 8 <= body && 8 <= tail).then_some(head + body + tail + 2);
    }
    None
}

/// `Authorization: Bearer …`, and `Bearer …` by itself: what stands behind is the secret.
fn authorization(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let starts = |at: usize, word: &str| {
        text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    let blanks =
        |at: usize| text.get(at..).map_or(0, |rest| run(rest, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'')));
    let secret = |at: usize, least: usize| {
        let length = text
            .get(at..)
            .map_or(0, |rest| run(rest, |byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',')));
        (least <= length).then_some(at..at + length)
    };
    if starts(0, "authorization") {
        let mut at = "authorization".len();
        at += blanks(at);
        if !matches!(text.get(at), Some(b':' | b'=')) {
            return None;
        }
        at += 1;
        at += blanks(at);
        let schemes = ["bearer", "basic", "token"];
        if let Some(scheme) = schemes.into_iter().find(|scheme| starts(at, scheme)) {
            at += scheme.len();
            at += blanks(at);
        }
        return secret(at, 1);
    }
    if starts(0, "bearer ") {
        let at = "bearer".len();
        return secret(at + blanks(at), 20);
    }
    None
}

/// A private key in PEM, to its last line; one whose end is missing to the last line that may be part of it.
fn private_key(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let rest = text.strip_prefix(b"-----BEGIN ")?;
    let name = rest.get(..60.min(rest.len()))?;
    let end = find(name, b"PRIVATE KEY-----")?;
    if name[..end].contains(&b'\n') {
        return None;
    }
    let from = b"-----BEGIN ".len() + end + b"PRIVATE KEY-----".len();
    let body = &text[from..];
    let closing = find(body, b"-----END ").and_then(|at| Some(at + find(&body[at..], b"PRIVATE KEY-----")?));
    let length = match closing {
        Some(at) => at + b"PRIVATE KEY-----".len(),
        None => {
            run(body, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n' | b'\r' | b'\\'))
        }
    };
    Some(0..from + length)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8Path;

    fn masked(text: &str) -> String {
        let (mut shown, mut at, bytes) = (Vec::new(), 0, text.as_bytes());
        while at < bytes.len() {
            match super::at(&bytes[at..], at.checked_sub(1).map(|before| bytes[before])) {
                Some(range) => {
                    shown.extend_from_slice(&bytes[at..at + range.start]);
                    shown.extend_from_slice(MASK);
                    at += range.end;
                }
                None => {
                    shown.push(bytes[at]);
                    at += 1;
                }
            }
        }
        String::from_utf8(shown).expect("UTF-8")
    }

    /// Text of this shape, put together here so that no file of ours looks as if it held a secret.
    fn long(start: &str, n: usize) -> String {
        format!("{start}{}", "a1B2c3D4".repeat(n.div_ceil(8)).get(..n).expect("long enough"))
    }

    #[test]
    fn every_well_known_shape_is_masked() {
        let key =
            |name: &str| format!("-----BEGIN {name}PRIVATE KEY-----\nMIIB\nabc=\n-----END {name}PRIVATE KEY-----");
        let jwt = format!("{}.{}.{}", long("eyJ", 20), long("eyJ", 20), long("", 30));
        let aws = |start: &str| format!("{start}{}", "ABCD1234".repeat(2));
        let tokens = [
            long("ghp_", 36),
            long("gho_", 36),
            long("ghs_", 36),
            long("ghu_", 36),
            long("ghr_", 36),
            long("github_pat_", 60),
            long("glpat-", 20),
            long("xoxb-", 30),
            long("xoxa-", 30),
            long("xoxp-", 30),
            aws("AKIA"),
            aws("ASIA"),
            long("sk-", 40),
            long("sk-proj-", 40),
            long("npm_", 36),
            long("cio", 32),
            jwt,
            key(""),
            key("RSA "),
            key("OPENSSH "),
            key("ENCRYPTED "),
        ];
        for token in &tokens {
            assert_eq!(masked(&format!("before {token} behind")), "before *** behind", "{token}");
            assert_eq!(masked(&format!("X=\"{token}\"\n")), "X=\"***\"\n", "{token}");
        }
    }

    #[test]
    fn an_authorization_header_keeps_its_name_only() {
        for (text, shown) in [
            ("Authorization: Bearer abc.def\n", "Authorization: Bearer ***\n"),
            ("authorization: basic dXNlcg==", "authorization: basic ***"),
            ("> AUTHORIZATION:token x", "> AUTHORIZATION:token ***"),
            ("{\"Authorization\": \"Bearer x1\"}", "{\"Authorization\": \"Bearer ***\"}"),
            ("Authorization: plain", "Authorization: ***"),
        ] {
            assert_eq!(masked(text), shown);
        }
        let alone = format!("Bearer {}", long("", 24));
        assert_eq!(masked(&alone), "Bearer ***");
    }

    #[test]
    fn what_only_resembles_one_is_left_alone() {
        for text in [
            "ghp_short",
            "the authorization of it",
            "bearer of news",
            "sk-learn",
            "task-12345678901234567890123",
            "a-long-kebab-name-sk-without-any-of-those-numbers",
            "AKIAshort",
            "cio",
            "civilization",
            "eyJust.a.word",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
            "npm_config_cache",
            "xoxo",
            "glpat",
            "test a::b ... ok",
            "https://example.invalid/a?b=c",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_key_whose_end_is_cut_off_is_masked_as_far_as_it_goes() {
        assert_eq!(masked("-----BEGIN PRIVATE KEY-----\nMIIB\nabc+/=\n"), "***");
    }

    #[test]
    fn secrets_of_the_environment_are_known_by_their_variable() {
        let of = |variables: &[(&str, &str)]| {
            let environment = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
            of_environment(&Surroundings::made_up(Utf8Path::new("/"), environment, jiff::Timestamp::UNIX_EPOCH))
        };
        assert_eq!(of(&[("MY_TOKEN", "12345678"), ("db_password", "a longer one")]), ["a longer one", "12345678"]);
        assert_eq!(of(&[("AWS_SECRET_ACCESS_KEY", "abcdefgh"), ("MY_TOKEN", "short")]), ["abcdefgh"]);
        assert!(of(&[("PATH", "/usr/bin:/bin"), ("TOKEN_FILE", "/run/secrets/x"), ("HOME", "/a/folder")]).is_empty());
        assert_eq!(of(&[("SSH_PRIVATE_KEY", "first line\nshort\nsecond line")]).len(), 3);
    }
}
