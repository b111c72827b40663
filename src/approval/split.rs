//! What of a command line only a shell could do.

/// The first thing outside quotes that a shell would act upon, with what to write instead. Within double quotes
/// `$` and backticks still count, as they do in a shell.
pub(super) fn needs_shell(command: &str) -> Option<(String, &'static str)> {
    const ONE: &str = "write each command as an entry of its own";
    const LITERAL: &str = "write the value itself, or put single quotes around it";
    let mut characters = command.chars();
    let mut quote: Option<char> = None;
    let mut is_word_start = true;
    while let Some(character) = characters.next() {
        let starts_word = is_word_start;
        is_word_start = false;
        let found = match (quote, character) {
            (Some('\''), '\'') | (Some('"'), '"') => {
                quote = None;
                None
            }
            (None, '\'' | '"') => {
                quote = Some(character);
                None
            }
            (None | Some('"'), '\\') => match characters.next() {
                Some('\n') => Some(ONE),
                Some(_) | None => None,
            },
            (None | Some('"'), '$' | '`') => Some(LITERAL),
            (None, '|' | '&' | ';' | '\n' | '\r' | '(' | ')') => Some(ONE),
            (None, '<' | '>') => Some("leave it out: the output is kept in a log anyway"),
            (None, '*' | '?' | '[' | ']' | '{' | '}') => Some(LITERAL),
            (None, '~') if starts_word => Some(LITERAL),
            (None, '#') if starts_word => Some("leave the comment out"),
            (None, '!') if starts_word => Some(ONE),
            (None, ' ' | '\t') => {
                is_word_start = true;
                None
            }
            (_, '\0') => Some("leave it out"),
            (_, _) => None,
        };
        if let Some(hint) = found {
            let shown =
                if character == '\\' { "a line end".into() } else { format!("`{}`", character.escape_default()) };
            return Some((shown, hint));
        }
    }
    None
}

/// Whether a first word is `NAME=value`, which a shell would take for a variable.
pub(super) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
