//! Text made inert for a page, in elements and in quoted attributes alike.

use crate::report::escape;

/// The five characters that mean something to a reader of markup, spelt as it wants them.
pub(super) fn push(markup: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            // What is no character at all a reader of markup may complain of, or replace unseen.
            '\u{fdd0}'..='\u{fdef}' => markup.extend(character.escape_unicode()),
            other if other as u32 & 0xfffe == 0xfffe => markup.extend(other.escape_unicode()),
            other => markup.push(other),
        }
    }
}

/// A text on one line, its beginning where it is long.
pub(super) fn line(markup: &mut String, text: &str, most: usize) {
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    push(markup, &escape::line(&text[..end]));
    if end < text.len() {
        markup.push_str(&format!("… ({} more characters)", text[end..].chars().count()));
    }
}

/// One line of a block, without its end.
pub(super) fn line_of_block(markup: &mut String, text: &str, most: usize) {
    let text = text.strip_suffix('\r').unwrap_or(text);
    line(markup, &text.replace('\t', "    "), most);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut markup = String::new();
        line(&mut markup, text, 40);
        markup
    }

    #[test]
    fn no_text_can_open_or_close_anything() {
        for (text, markup) in [
            ("plain ä 漢", "plain ä 漢"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("a\nb\u{0}\u{1b}[1m", "a\\nb\\u{0}\\u{1b}[1m"),
            ("\u{202e}rtl\u{feff}", "\\u{202e}rtl\\u{feff}"),
            ("\u{ffff}\u{1fffe}\u{fdd0}", "\\u{ffff}\\u{1fffe}\\u{fdd0}"),
        ] {
            assert_eq!(shown(text), markup);
        }
    }

    #[test]
    fn a_long_text_says_how_much_of_it_is_missing() {
        assert_eq!(shown(&"ä".repeat(1040)), format!("{}… (1000 more characters)", "ä".repeat(40)));
    }

    #[test]
    fn a_line_of_a_block_keeps_its_indentation_and_loses_its_end() {
        let mut markup = String::new();
        line_of_block(&mut markup, "\tif a < b\r", 100);
        assert_eq!(markup, "    if a &lt; b");
    }
}
