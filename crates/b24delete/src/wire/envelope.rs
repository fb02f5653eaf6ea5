//! The outer shape of every reply: `result` or `error`, and `time`.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Endpoint, Error, ErrorKind, Result, classify};
use crate::portal_time::PortalTime;
use crate::secret::Redactor;
use crate::transport::Reply;
use crate::wire::object::Object;

/// Longer texts of the portal are cut: an error is kept for every operation of a pack.
const MAX_TEXT: usize = 500;

/// A successful reply.
#[derive(Debug)]
pub(crate) struct Envelope<R> {
    /// The `result`.
    pub(crate) result: R,
    /// The portal's account of its time.
    pub(crate) time: Option<PortalTime>,
    /// The `total` of a list.
    pub(crate) total: Option<u64>,
    /// The offset of the next page of a list.
    pub(crate) next: Option<u64>,
}

#[derive(Deserialize)]
struct Fields<'a, R, T> {
    result: Option<R>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    error_description: Option<&'a RawValue>,
    time: Option<T>,
    #[serde(borrow)]
    total: Option<&'a RawValue>,
    #[serde(borrow)]
    next: Option<&'a RawValue>,
}

/// Reads the reply to a call of `method` in one pass, its `result` as an `R`.
///
/// # Errors
/// The portal's own error by its words; `redirected`, `invalid_response` or `unexpected_answer` by the reply's shape.
pub(crate) fn read<'a, R: Deserialize<'a>>(
    method: &'static str,
    reply: &'a Reply,
    redactor: &Redactor,
) -> Result<Envelope<R>> {
    read_inner(method, reply, redactor)
        .map_err(|error| error.with_method(method).with_http_status(reply.status))
}

fn read_inner<'a, R: Deserialize<'a>>(
    method: &'static str,
    reply: &'a Reply,
    redactor: &Redactor,
) -> Result<Envelope<R>> {
    if (300..400).contains(&reply.status) {
        return Err(redirected(reply, redactor));
    }
    let text = std::str::from_utf8(&reply.body).map_err(|_| invalid(reply, "is not UTF-8"))?;
    // A JSON list would otherwise be read as the fields in their order.
    if !text.trim_start().starts_with('{') {
        let what =
            if text.trim_start().starts_with('<') { "is an HTML page" } else { "is not a JSON object" };
        return Err(invalid(reply, what));
    }
    let fields = fields(text).ok_or_else(|| invalid(reply, "is not valid JSON"))?;
    if let Some(code) = fields.error {
        let words = Words::of(code, fields.error_description, redactor);
        return Err(words.into_error(method, reply.status));
    }
    match fields.result {
        Some(result) if (200..300).contains(&reply.status) => Ok(Envelope {
            result,
            time: fields.time.map(|Object(time)| time),
            total: fields.total.and_then(number),
            next: fields.next.and_then(number),
        }),
        _ => Err(Error::new(
            ErrorKind::UnexpectedAnswer,
            "the reply has neither a usable `result` nor an `error`",
        )),
    }
}

/// The fields of a reply.
type Read<'a, R> = Fields<'a, R, Object<PortalTime>>;

/// Reads the fields of a reply, in one pass where all of them have the shape that they should have. A `time` of another
/// shape counts as not given; a `result` of another shape than `R` counts as missing. None when it is not
/// JSON.
fn fields<'a, R: Deserialize<'a>>(text: &'a str) -> Option<Read<'a, R>> {
    if let Ok(fields) = serde_json::from_str(text) {
        return Some(fields);
    }
    if let Ok(fields) = serde_json::from_str::<Fields<'a, R, IgnoredAny>>(text) {
        let Fields { result, error, error_description, total, next, .. } = fields;
        return Some(Fields { result, error, error_description, time: None, total, next });
    }
    let fields: Fields<'a, IgnoredAny, IgnoredAny> = serde_json::from_str(text).ok()?;
    let Fields { error, error_description, total, next, .. } = fields;
    Some(Fields { result: None, error, error_description, time: None, total, next })
}

/// A whole number, also as a string.
pub(crate) fn number(raw: &RawValue) -> Option<u64> {
    raw.get().trim_matches('"').parse().ok()
}

fn redirected(reply: &Reply, redactor: &Redactor) -> Error {
    let location = reply.location.as_deref().and_then(|location| url::Url::parse(location).ok());
    let host = location.as_ref().and_then(url::Url::host_str).unwrap_or("an address of its own");
    // Whoever answers chooses the host, and may put what it knows into it.
    let host = shortened(&redactor.mask(host));
    let text = format!(
        "the portal redirects to `{host}`; if that is its new address, put it into the configuration"
    );
    Error::new(ErrorKind::Redirected, text)
}

fn invalid(reply: &Reply, what: &str) -> Error {
    let size = reply.body.len();
    Error::new(ErrorKind::InvalidResponse, format!("the reply of {size} bytes {what}"))
}

/// The portal's own words for an error.
#[derive(Debug)]
pub(crate) struct Words {
    code: String,
    description: String,
}

impl Words {
    /// Reads a code, which may be a string, a number or empty, and a description, which may be missing.
    pub(crate) fn of(code: &RawValue, description: Option<&RawValue>, redactor: &Redactor) -> Self {
        let text = |raw: &RawValue| match serde_json::from_str(raw.get()) {
            Ok(Value::String(text)) => shortened(&redactor.mask(&text)),
            Ok(Value::Number(number)) => redactor.mask(&number.to_string()),
            _ => String::new(),
        };
        Self { code: text(code), description: description.map(text).unwrap_or_default() }
    }

    /// The error that the words stand for, in reply to a call of `method`.
    pub(crate) fn into_error(self, method: &'static str, http_status: u16) -> Error {
        let kind = classify(Endpoint::Rest, method, &self.code, &self.description);
        Error::from_portal(kind, &self.code, &self.description, http_status).with_method(method)
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text.get(..end).map_or_else(String::new, |start| format!("{start}…")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Effect;
    use crate::secret::Secret;

    fn error(status: u16, body: &[u8]) -> Error {
        let redactor = Redactor::new([Secret::new("s3cretcode")]);
        let reply = Reply::new(status, body.to_vec());
        read::<&RawValue>("crm.lead.delete", &reply, &redactor).unwrap_err()
    }

    #[test]
    fn a_result_needs_an_object_and_a_good_status() {
        let reply = Reply::new(
            200,
            br#"{"result":true,"time":{"start":1,"finish":2.5,"operating":"0.25"}}"#.to_vec(),
        );
        let envelope = read::<&RawValue>("crm.lead.delete", &reply, &Redactor::default()).unwrap();
        assert_eq!(envelope.result.get(), "true");
        let time = envelope.time.unwrap();
        assert_eq!(
            (time.start, time.finish, time.operating, time.processing),
            (Some(1.0), Some(2.5), Some(0.25), None)
        );
        for (status, body) in [(500, &b"{\"result\":true}"[..]), (200, b"{}"), (200, b"{\"result\":null}")] {
            assert_eq!(error(status, body).kind(), ErrorKind::UnexpectedAnswer);
        }
    }

    #[test]
    fn what_is_not_a_reply_of_the_rest_interface_may_have_applied() {
        let deep = format!("{{\"result\":{}{}}}", "[".repeat(10_000), "]".repeat(9_999));
        for body in [
            &b""[..],
            b"<html><body>504</body></html>",
            b"[true]",
            b"true",
            b"{\"result\":tru",
            b"{\"result\":true,\"result\":true}",
            b"{\"result\":\"\xff\"}",
            b"\xef\xbb\xbf{\"result\":true}",
            deep.as_bytes(),
        ] {
            let error = error(200, body);
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
            assert_eq!((error.effect(), error.http_status()), (Effect::MayHaveApplied, Some(200)));
        }
    }

    #[test]
    fn a_time_of_another_shape_counts_as_not_given() {
        for time in [
            "[]",
            "null",
            "5",
            "[1,2]",
            r#"{"operating":[]}"#,
            r#"{"start":1e999}"#,
            r#"{"start":1,"start":2}"#,
        ] {
            let reply = Reply::new(200, format!(r#"{{"result":true,"time":{time}}}"#).into_bytes());
            let envelope = read::<&RawValue>("crm.lead.delete", &reply, &Redactor::default()).unwrap();
            assert_eq!(envelope.time.unwrap_or_default(), PortalTime::default(), "{time}");
        }
    }

    #[test]
    fn errors_keep_the_portals_words_without_secrets() {
        let denied = error(400, br#"{"error":"","error_description":"Access denied"}"#);
        assert_eq!(
            (denied.kind(), denied.code(), denied.description()),
            (ErrorKind::AccessDenied, "", "Access denied")
        );
        let number = error(400, br#"{"error":0,"error_description":null}"#);
        assert_eq!((number.kind(), number.code(), number.description()), (ErrorKind::PortalError, "0", ""));
        let secret = error(400, br#"{"error":"X","error_description":"no /rest/1/s3cretcode/"}"#);
        assert_eq!(secret.description(), "no /rest/1/***/");
        let long =
            error(400, format!(r#"{{"error":"X","error_description":"{}"}}"#, "ы".repeat(9_000)).as_bytes());
        assert_eq!(long.description().chars().count(), MAX_TEXT + 1);
    }

    #[test]
    fn a_redirect_names_the_host_and_nothing_else() {
        let mut reply = Reply::new(302, Vec::new());
        reply.location = Some("https://new.bitrix24.com/rest/1/s3cretcode/crm.lead.delete".to_owned());
        let error = read::<&RawValue>("crm.lead.delete", &reply, &Redactor::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected);
        assert!(
            error.description().contains("`new.bitrix24.com`") && !error.description().contains("s3cret")
        );
        reply.location = Some("https://S3cretCode.bitrix24.com/".to_owned());
        let redactor = Redactor::new(vec![Secret::new("s3cretCode")]);
        let error = read::<&RawValue>("crm.lead.delete", &reply, &redactor).unwrap_err();
        assert!(error.description().contains("`***.bitrix24.com`"), "{error}");
    }
}
