//! What a log or patch is, in digests: the whole as it was written, and without what differs from run to run.

use super::record::Digests;
use crate::files::sha256;

/// The digests of a file of the record.
#[must_use]
pub fn digests(name: &str, bytes: &[u8]) -> Digests {
    Digests {
        path: name.to_owned(),
        sha256: sha256(bytes),
        normalised: sha256(&normalised(bytes)),
        bytes: bytes.len() as u64,
        sealed: None,
    }
}

/// A log without what differs from run to run: times, durations, numbers of threads and processes, addresses, the
/// hashes cargo puts behind names. Two runs that said the same have the same, whatever their clocks and numbers were.
#[must_use]
pub fn normalised(log: &[u8]) -> Vec<u8> {
    let mut new = Vec::with_capacity(log.len());
    let mut at = 0;
    while let Some(byte) = log.get(at) {
        let before = at.checked_sub(1).and_then(|before| log.get(before)).copied();
        match fleeting(&log[at..], before) {
            Some((n_bytes, shown)) => {
                new.extend_from_slice(shown);
                at += n_bytes;
            }
            None => {
                new.push(*byte);
                at += 1;
            }
        }
    }
    new
}

/// What begins here that will be another the next time: how long it is, and what stands for it.
fn fleeting(rest: &[u8], before: Option<u8>) -> Option<(usize, &'static [u8])> {
    let is_in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || 128 <= byte);
    match rest.first()? {
        b'-' => hash(rest).map(|n_bytes| (n_bytes, b"-<hash>".as_slice())),
        b'(' if before == Some(b' ') => thread(rest).map(|n_bytes| (n_bytes, b"(<thread>)".as_slice())),
        b'T' if !is_in_word => {
            let n_digits = digits(rest.strip_prefix(b"ThreadId(")?);
            let is_closed = rest.get(9 + n_digits) == Some(&b')');
            (0 < n_digits && is_closed).then_some((10 + n_digits, b"ThreadId(<thread>)"))
        }
        b'p' | b'P' if !is_in_word => process(rest),
        b'0'..=b'9' if !is_in_word && before != Some(b'.') => address(rest)
            .map(|n_bytes| (n_bytes, b"<address>".as_slice()))
            .or_else(|| time(rest).map(|n_bytes| (n_bytes, b"<time>".as_slice())))
            .or_else(|| duration(rest).map(|n_bytes| (n_bytes, b"<took>".as_slice()))),
        _ => None,
    }
}

fn digits(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether a word ends here.
fn ends(rest: &[u8]) -> bool {
    !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// `-0123456789abcdef`, behind the name of a binary or a library.
fn hash(rest: &[u8]) -> Option<usize> {
    let hex = rest[1..].iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')).count();
    (hex == 16 && ends(&rest[17..])).then_some(17)
}

/// `(4711)`, as it stands in `thread 'name' (4711) panicked at`.
fn thread(rest: &[u8]) -> Option<usize> {
    let n_digits = digits(&rest[1..]);
    (0 < n_digits && rest[1 + n_digits..].starts_with(b") panicked")).then_some(n_digits + 2)
}

/// `pid 4711`, `PID: 4711`, `pid=4711`, `process 4711`.
fn process(rest: &[u8]) -> Option<(usize, &'static [u8])> {
    let (word, shown): (&[u8], &[u8]) =
        [(b"pid".as_slice(), b"pid <process>".as_slice()), (b"process", b"process <process>")]
            .into_iter()
            .find(|(word, _)| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    let behind = &rest[word.len()..];
    let n_between = behind.iter().take(2).take_while(|byte| matches!(byte, b' ' | b':' | b'=')).count();
    let n_digits = digits(&behind[n_between..]);
    let is_number = 0 < n_between && 0 < n_digits && ends(&behind[n_between + n_digits..]);
    is_number.then_some((word.len() + n_between + n_digits, shown))
}

/// `0x7ffe12345678`: at least eight digits, for a shorter number may be a test's own.
fn address(rest: &[u8]) -> Option<usize> {
    let behind = rest.strip_prefix(b"0x")?;
    let n_digits = behind.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    (8 <= n_digits && ends(&behind[n_digits..])).then_some(2 + n_digits)
}

/// `2026-11-02T09:30:00.5Z`, `2026-11-02 09:30:00 +01:00`, `09:30:00`.
fn time(rest: &[u8]) -> Option<usize> {
    let shaped = |at: usize, shape: &[u8]| -> Option<usize> {
        let found = rest.get(at..at + shape.len())?;
        let is_like = |(byte, wanted): (&u8, &u8)| if *wanted == b'9' { byte.is_ascii_digit() } else { byte == wanted };
        found.iter().zip(shape).all(is_like).then_some(at + shape.len())
    };
    let date = shaped(0, b"9999-99-99T").or_else(|| shaped(0, b"9999-99-99 "));
    let mut end = shaped(date.unwrap_or_default(), b"99:99:99")?;
    if rest.get(end) == Some(&b'.') {
        end += 1 + digits(&rest[end + 1..]);
    }
    if rest.get(end) == Some(&b'Z') {
        end += 1;
    } else if date.is_some() {
        let zone = end + usize::from(rest.get(end) == Some(&b' '));
        end = shaped(zone, b"+99:99").or_else(|| shaped(zone, b"-99:99")).unwrap_or(end);
    }
    ends(&rest[end..]).then_some(end)
}

/// `0.31s`, `12 ms`, `1m 02s`, `5.2µs`: a number with a unit of time, and those behind it.
fn duration(rest: &[u8]) -> Option<usize> {
    let mut end = one_duration(rest)?;
    while rest.get(end) == Some(&b' ')
        && let Some(more) = one_duration(&rest[end + 1..])
    {
        end += 1 + more;
    }
    Some(end)
}

fn one_duration(rest: &[u8]) -> Option<usize> {
    const UNITS: [&str; 11] = ["ns", "µs", "us", "ms", "sec", "secs", "seconds", "s", "mins", "min", "m"];
    let mut end = digits(rest);
    if end == 0 {
        return None;
    }
    if rest.get(end) == Some(&b'.') {
        let n_digits = digits(&rest[end + 1..]);
        end += if 0 < n_digits { 1 + n_digits } else { 0 };
    }
    let unit_at = |at: usize| {
        let behind = rest.get(at..)?;
        let unit = UNITS.iter().find(|unit| behind.starts_with(unit.as_bytes()) && ends(&behind[unit.len()..]))?;
        Some((at + unit.len(), *unit))
    };
    match unit_at(end) {
        Some((end, _)) => Some(end),
        // A bare `m` behind a blank may be anything.
        None if rest.get(end) == Some(&b' ') => unit_at(end + 1).filter(|(_, unit)| *unit != "m").map(|(end, _)| end),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(log: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&normalised(log.as_bytes())), expected);
    }

    #[test]
    fn times_and_durations_are_taken_out() {
        check(
            "at 2026-11-02T09:30:00.123Z and 2026-11-02 09:30:00 +01:00, 09:30:00 and 23:59:59.999",
            "at <time> and <time>, <time> and <time>",
        );
        check(
            "test result: ok. 3 passed; 0 failed; finished in 0.31s\n    Finished in 1m 02s, 12 ms, 5.2µs, 300ns, 7 seconds",
            "test result: ok. 3 passed; 0 failed; finished in <took>\n    Finished in <took>, <took>, <took>, <took>, <took>",
        );
    }

    #[test]
    fn threads_processes_addresses_and_cargos_hashes_are_taken_out() {
        check(
            "thread 'a::b' (4711) panicked at ThreadId(12), pid 99, PID: 7, process 12 ended",
            "thread 'a::b' (<thread>) panicked at ThreadId(<thread>), pid <process>, pid <process>, process <process> ended",
        );
        check(
            "at 0x7ffe12345678 in target/debug/deps/money-0123456789abcdef (target/x-fedcba9876543210.d)",
            "at <address> in target/debug/deps/money-<hash> (target/x-<hash>.d)",
        );
    }

    #[test]
    fn what_a_test_says_stays() {
        for text in [
            "3 sources, 12 tests, 1.10.2, v0.31s0, a12s, 0xff, 0x1234567, item-0123456789abcde",
            "left: 5\n right: 7\n5 m (12) of_3ms x-0123456789abcdef0",
            "pids 12, processing 3, f(4711) panicked, (4711) panics",
            "17:3: error, 2026-11-02, ThreadId(x)",
            "",
        ] {
            check(text, text);
        }
        assert_eq!(normalised(b"\xff\x00 1s \xc2"), b"\xff\x00 <took> \xc2");
    }

    #[test]
    fn the_same_said_at_another_time_has_the_same_normalised_digest_and_another_has_not() {
        let of = |log: &str| digests("log.txt", log.as_bytes());
        let (one, again, other) = (of("a ok in 0.31s"), of("a ok in 12.5s"), of("b ok in 0.31s"));
        assert_eq!(one.normalised, again.normalised);
        assert_ne!(one.sha256, again.sha256);
        assert_ne!(one.normalised, other.normalised);
        assert_eq!((one.path.as_str(), one.bytes), ("log.txt", 13));
    }
}
