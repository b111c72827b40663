//! What is a macro's call, and what is only its name.

use ra_ap_syntax::{SyntaxKind, SyntaxToken};

/// The name of the macro that is called by this word: it is followed by `!` and an opening bracket.
pub(super) fn called(token: &SyntaxToken) -> Option<&str> {
    let mut behind = std::iter::successors(token.next_token(), SyntaxToken::next_token);
    let mut behind = behind.by_ref().filter(|token| !token.kind().is_trivia());
    let is_called = token.kind() == SyntaxKind::IDENT
        && behind.next().is_some_and(|token| token.text() == "!")
        && behind.next().is_some_and(|token| ["(", "[", "{"].contains(&token.text()));
    is_called.then(|| token.text())
}
