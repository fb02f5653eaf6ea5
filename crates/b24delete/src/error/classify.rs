//! From the portal's words to a kind: code first, text where the code is a catch-all, never the HTTP status.

use super::ErrorKind;
use super::portal_codes::PORTAL_CODES;

/// Who answered: the same word can mean different things at the portal and at the authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The portal's REST interface.
    Rest,
    /// The authorization server.
    Oauth,
}

/// A row of the table of the portal's words.
#[derive(Debug)]
pub(super) struct PortalCode {
    pub(super) code: &'static str,
    pub(super) text: Option<&'static str>,
    pub(super) method: &'static str,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) kind: ErrorKind,
}

/// The kind of an error that came from `endpoint` for a call of `method`; `portal_error` when no row fits.
pub(crate) fn classify(endpoint: Endpoint, method: &str, code: &str, text: &str) -> ErrorKind {
    let code = code.trim();
    let text = normalized(text);
    PORTAL_CODES
        .iter()
        .find(|row| {
            row.code.eq_ignore_ascii_case(code)
                && row.endpoint.is_none_or(|wanted| wanted == endpoint)
                && method.starts_with(row.method)
                && row.text.is_none_or(|wanted| normalized(wanted) == text)
        })
        .map_or(ErrorKind::PortalError, |row| row.kind)
}

/// Lower case, without the final punctuation that the sources disagree about, every figure as `0`.
fn normalized(text: &str) -> String {
    let mut normalized = String::with_capacity(text.len());
    for letter in text.trim().trim_end_matches(['.', '!']).chars().flat_map(char::to_lowercase) {
        match letter.is_ascii_digit() {
            true if normalized.ends_with('0') => {}
            true => normalized.push('0'),
            false => normalized.push(letter),
        }
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(method: &str, code: &str, text: &str) -> ErrorKind {
        classify(Endpoint::Rest, method, code, text)
    }

    #[test]
    fn every_row_is_reached_by_its_own_words() {
        for row in &PORTAL_CODES {
            let method = if row.method.is_empty() { "crm.lead.delete" } else { row.method };
            let found = classify(
                row.endpoint.unwrap_or(Endpoint::Rest),
                method,
                &row.code.to_ascii_lowercase(),
                row.text.unwrap_or("whatever"),
            );
            assert_eq!(found, row.kind, "{row:?}");
        }
    }

    #[test]
    fn a_catch_all_code_needs_an_exact_text() {
        assert_eq!(kind("crm.contact.delete", "ERROR_CORE", "Element not found"), ErrorKind::NotFound);
        assert_eq!(kind("crm.contact.delete", "error_core", "Элемент не найден."), ErrorKind::NotFound);
        assert_eq!(
            kind("crm.contact.delete", "ERROR_CORE", "Stage not found for deal"),
            ErrorKind::PortalError
        );
        assert_eq!(kind("crm.lead.delete", "", "Not found"), ErrorKind::NotFound);
        assert_eq!(kind("crm.lead.delete", " ", "File not found"), ErrorKind::PortalError);
        assert_eq!(kind("crm.lead.delete", "", ""), ErrorKind::PortalError);
        assert_eq!(kind("crm.item.delete", "NOT_FOUND", "Item not found"), ErrorKind::NotFound);
        assert_eq!(kind("crm.item.delete", "NOT_FOUND", "SPA not found"), ErrorKind::InvalidArgument);
        assert_eq!(kind("crm.item.delete", "NOT_FOUND", "Something else"), ErrorKind::PortalError);
        assert_eq!(kind("crm.lead.contact.delete", "NOT_FOUND", "anything"), ErrorKind::NotFound);
    }

    #[test]
    fn figures_in_a_text_do_not_matter() {
        let text = "[Contact #2647] You do not have permission to view this item";
        assert_eq!(kind("crm.lead.contact.delete", "", text), ErrorKind::AccessDenied);
    }

    #[test]
    fn the_same_word_differs_by_endpoint() {
        assert_eq!(kind("crm.lead.delete", "INVALID_REQUEST", "Https required"), ErrorKind::HttpsRequired);
        let oauth =
            classify(Endpoint::Oauth, "oauth", "invalid_request", "No \"refresh_token\" parameter found");
        assert_eq!(oauth, ErrorKind::RefreshFailed);
    }

    #[test]
    fn the_words_of_the_kinds_are_distinct_and_found_again() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_word(kind.as_str()), Some(kind));
        }
    }
}
