//! Makes texts of others harmless to show: the portal's titles are written by strangers.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with everything visible that could move the cursor, change colours or turn the reading order.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match is_harmful(character) {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// [`harmless`] text of at most `limit` characters, with `…` where something is left out.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", harmless(text.get(..end).unwrap_or_default())),
        None => harmless(text).into_owned(),
    }
}

/// A JSON text that means the same and holds nothing that a terminal would obey.
pub fn harmless_json(json: String) -> String {
    if !json.contains(is_harmful) {
        return json;
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if is_harmful(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Control characters, and the invisible ones that reorder, join or hide text.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["", "Northwind: request no. 1", "Привет, мир", "naïve 😀 — 50 %", "שלום"]
        {
            assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(harmless("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(harmless("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
        assert_eq!(harmless("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(harmless("gpj\u{202e}exe \u{2066}x\u{200b}"), "gpj\\u{202e}exe \\u{2066}x\\u{200b}");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shortened("Привет", 6), "Привет");
        assert_eq!(shortened("Привет", 3), "При…");
        assert_eq!(shortened("a\u{7}bc", 2), "a\\u{7}…");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({"title": "a\u{202e}b\u{9b}c\u{e0041}\n"});
        let shown = harmless_json(value.to_string());
        assert!(shown.is_ascii(), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
