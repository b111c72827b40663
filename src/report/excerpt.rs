//! What a test said, without what only somebody with a debugger wants: the log keeps all of it.

/// A text without backtraces and without notes on how to get them.
#[must_use]
pub fn told(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut in_backtrace = false;
    for line in text.lines() {
        if line.trim() == "stack backtrace:" {
            in_backtrace = true;
            continue;
        }
        in_backtrace = in_backtrace && is_frame(line);
        if !in_backtrace && !is_note(line) {
            kept.push(line);
        }
    }
    while kept.last().is_some_and(|line| line.trim().is_empty()) {
        kept.pop();
    }
    kept.join("\n")
}

/// `   3: name`, or the place below it; an excerpt may end in the middle of one.
fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = 0 < n_digits && text[n_digits..].starts_with(": ");
    let is_place = text.starts_with("at ") && 8 < line.len() - text.len();
    is_numbered || is_place || text == "…" || text == "..."
}

fn is_note(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("note: run with `RUST_BACKTRACE=") || text.starts_with("note: Some details are omitted, run with")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backtrace_and_the_notes_on_it_are_left_out_and_nothing_else() {
        let said = "thread 'x' panicked at src/lib.rs:3:9:\nleft: 1\n at noon\n1: one\nstack backtrace:\n   \
                    0: __rustc::rust_begin_unwind\n             at /rustc/5980/library/std/src/panicking.rs:689:5\n   \
                    1: core::panicking::panic_fmt\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a \
                    verbose backtrace.\nsaid last\nnote: run with `RUST_BACKTRACE=1` environment variable to display a \
                    backtrace\n\n";
        assert_eq!(told(said), "thread 'x' panicked at src/lib.rs:3:9:\nleft: 1\n at noon\n1: one\nsaid last");
        assert_eq!(told("stack backtrace:\n   0: cut of"), "");
        assert_eq!(told("note: run it\n"), "note: run it");
    }
}
