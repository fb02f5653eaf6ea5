//! Keeps secrets out of texts that repeat what the user typed.

use std::borrow::Cow;

use b24delete_jobs::text::shortened;

/// `text` with the code of every webhook URL in it masked.
///
/// The library masks the secrets that it knows. This is for texts that repeat what the user typed, perhaps in the wrong
/// place.
pub(crate) fn without_webhooks(text: &str) -> Cow<'_, str> {
    const MARK: &str = "/rest/";
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(MARK);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let user = part.bytes().take_while(u8::is_ascii_digit).count();
        let (user, rest) = part.split_at(user);
        masked.push_str(MARK);
        masked.push_str(user);
        match rest.strip_prefix('/').filter(|_| !user.is_empty()) {
            Some(code) => {
                let end = code
                    .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '*')
                    .unwrap_or(code.len());
                masked.push_str("/***");
                masked.push_str(code.get(end..).unwrap_or_default());
            }
            None => masked.push_str(rest),
        }
    }
    Cow::Owned(masked)
}

/// A value that the user typed, short and harmless.
pub(crate) fn shown(text: &str) -> String {
    shortened(&without_webhooks(text), 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_in_the_wrong_place_keeps_its_secret() {
        for (text, shown) in [
            ("no 'https://a.b/rest/1/s3cret/' here", "no 'https://a.b/rest/1/***/' here"),
            ("https://a.b/rest/1/s3cret", "https://a.b/rest/1/***"),
            ("/rest/1/s3 /rest/22/s4/profile", "/rest/1/*** /rest/22/***/profile"),
            ("https://a.b/rest/profile", "https://a.b/rest/profile"),
            ("https://a.b/rest/1", "https://a.b/rest/1"),
            ("https://a.b/rest/1/***/", "https://a.b/rest/1/***/"),
        ] {
            assert_eq!(without_webhooks(text), shown);
        }
    }
}
