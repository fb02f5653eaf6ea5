//! Keeps secrets out of texts that repeat what the user typed.

use std::borrow::Cow;

use b24delete_jobs::text::shortened;

/// `text` with the code of every webhook URL in it masked.
///
/// The library masks the secrets that it knows. This is for texts that repeat what the user typed, perhaps in the wrong
/// place.
pub(crate) fn without_webhooks(text: &str) -> Cow<'_, str> {
    const MARK: &str = "/rest";
    if !text.contains(MARK) {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut rest) = (String::with_capacity(text.len()), text);
    // What follows a mark may begin with the next one.
    while let Some(at) = rest.find(MARK) {
        let (before, after) = rest.split_at(at + MARK.len());
        masked.push_str(before);
        rest = after;
        if let Some((user, end)) = user_and_code(after) {
            masked.push_str(user);
            masked.push_str("***");
            rest = end;
        }
    }
    masked.push_str(rest);
    Cow::Owned(masked)
}

/// What stands before the code in `/USER/CODE…`, and what stands behind it.
fn user_and_code(text: &str) -> Option<(&str, &str)> {
    let digits = text.strip_prefix('/')?.bytes().take_while(u8::is_ascii_digit).count();
    let (user, code) =
        text.split_at_checked(digits + 2).filter(|(user, _)| digits > 0 && user.ends_with('/'))?;
    let is_end = |letter: char| !letter.is_ascii_alphanumeric() && letter != '*';
    Some((user, code.get(code.find(is_end).unwrap_or(code.len())..)?))
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
            ("h/rest/rest/1/s3cret/", "h/rest/rest/1/***/"),
            ("/rest/1/s3/rest/2/s4", "/rest/1/***/rest/2/***"),
        ] {
            assert_eq!(without_webhooks(text), shown);
        }
    }
}
