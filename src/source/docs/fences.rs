//! The Rust examples among the lines of a documentation: fenced ones, and indented ones.

/// An example.
pub(super) struct Example {
    pub(super) line: u32,
    pub(super) flags: Vec<String>,
    pub(super) text: String,
}

pub(super) fn examples(lines: &[(u32, String)]) -> Vec<Example> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_after_blank = true;
    let mut is_in_list = false;
    while at < lines.len() {
        let (number, line) = &lines[at];
        let rest = line.trim_start();
        if let Some((letter, n_fence)) = fence(rest) {
            let info = rest.get(n_fence..).unwrap_or_default();
            let indent = line.len() - rest.len();
            let closing = |(_, line): &(u32, String)| {
                let line = line.trim();
                fence(line).is_some_and(|(other, n)| other == letter && n_fence <= n && n == line.len())
            };
            let end = lines[at + 1..].iter().position(closing).map_or(lines.len(), |n| at + 1 + n);
            if let Some(flags) = flags(info) {
                let held = lines[at + 1..end].iter().map(|(_, line)| unindented(line, indent));
                found.push(Example { line: *number, flags, text: joined(held) });
            }
            at = end + 1;
            is_after_blank = true;
            continue;
        }
        if is_after_blank && !is_in_list && line.starts_with("    ") && !rest.is_empty() {
            let is_code = |(_, line): &&(u32, String)| line.starts_with("    ") || line.trim().is_empty();
            let n_lines = lines[at..].iter().take_while(is_code).count();
            let held = &lines[at..at + n_lines];
            let n_blank = held.iter().rev().take_while(|(_, line)| line.trim().is_empty()).count();
            let held = held[..n_lines - n_blank].iter().map(|(_, line)| unindented(line, 4));
            found.push(Example { line: *number, flags: Vec::new(), text: joined(held) });
            at += n_lines;
            is_after_blank = true;
            continue;
        }
        is_after_blank = rest.is_empty();
        if !rest.is_empty() {
            let is_item = rest.starts_with(['-', '*', '+'])
                || rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).starts_with(['.', ')']);
            // What is indented below an item belongs to it.
            is_in_list = is_item || is_in_list && line.starts_with(' ');
        }
        at += 1;
    }
    found
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |text, line| text + line + "\n")
}

fn unindented(line: &str, n_most: usize) -> &str {
    let n_blanks = line.len() - line.trim_start_matches(' ').len();
    line.get(n_blanks.min(n_most)..).unwrap_or_default()
}

/// The letter and length of the fence a line begins with.
fn fence(line: &str) -> Option<(char, usize)> {
    let letter = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let n = line.len() - line.trim_start_matches(letter).len();
    // "```a```" is code within a line.
    (3 <= n && (letter == '~' || !line.get(n..)?.contains('`'))).then_some((letter, n))
}

/// The words of an info string. `None`: it is not Rust.
fn flags(info: &str) -> Option<Vec<String>> {
    let plain = info.split('{').next().unwrap_or_default();
    let words: Vec<&str> = plain.split([',', ' ', '\t']).map(str::trim).filter(|word| !word.is_empty()).collect();
    let is_known = |word: &&str| {
        [
            "should_panic",
            "no_run",
            "ignore",
            "allow_fail",
            "compile_fail",
            "test_harness",
            "standalone_crate",
            "standalone",
        ]
        .contains(word)
            || word.starts_with("ignore-")
            || word.starts_with("edition")
            || word.starts_with('E') && word.len() == 5
    };
    let is_rust = words.contains(&"rust") || words.iter().all(is_known);
    is_rust.then(|| words.into_iter().filter(|word| *word != "rust").map(str::to_owned).collect())
}
