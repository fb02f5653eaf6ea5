//! Reading a REST request: address, parameters in all their encodings, and the wanted format.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Method, Uri, header};
use http_body_util::{BodyDataStream, Full};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::methods::Refusal;
use crate::params;
use crate::reply::{Format, refusals};

/// The largest body that is read, in bytes.
pub(crate) const LARGEST_BODY: usize = 16 << 20;

/// A request to `/rest/`, as far as it could be understood.
#[derive(Debug)]
pub(crate) struct Request {
    /// User and code in the address, which need not be those of a webhook.
    pub(crate) webhook: Option<(String, String)>,
    /// The method in lower case; empty when the address has none.
    pub(crate) method: String,
    /// How the reply is to be written.
    pub(crate) format: Format,
    /// The parameters of address and body.
    pub(crate) params: Result<Map<String, Value>, Refusal>,
}

/// Why a request never gets as far as the portal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The body is larger than the web server takes, or broke off.
    Body,
    /// Neither GET nor POST.
    Verb,
}

impl Request {
    /// Reads a request with its whole body.
    pub(crate) async fn read(parts: &Parts, body: Body) -> Result<Self, Unreadable> {
        if !matches!(parts.method, Method::GET | Method::HEAD | Method::POST) {
            return Err(Unreadable::Verb);
        }
        let body = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| Unreadable::Body)?;
        let mut params = params::parse_str(parts.uri.query().unwrap_or_default());
        let own = if parts.method == Method::POST { body_params(parts, body).await } else { Ok(Map::new()) };
        let address = Address::read(&parts.uri);
        Ok(Self {
            webhook: address.webhook,
            method: address.method,
            format: address.format,
            params: own.map(|own| {
                params.extend(own);
                params
            }),
        })
    }
}

/// What the path of a request says.
#[derive(Debug, PartialEq)]
struct Address {
    webhook: Option<(String, String)>,
    method: String,
    format: Format,
}

impl Address {
    /// Reads `/rest/USER/CODE/METHOD.json/` or `/rest/METHOD`.
    fn read(uri: &Uri) -> Self {
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let mut parts = uri.path().split('/').filter(|part| !part.is_empty()).skip(1).map(decoded);
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        let (webhook, method) = match second {
            Some(code) => (Some((first, code)), parts.collect::<Vec<_>>().join("/")),
            None => (None, first),
        };
        let method = method.to_lowercase();
        match method.strip_suffix(".xml") {
            Some(method) => Self { webhook, method: method.to_owned(), format: Format::Xml },
            None => {
                let method = method.strip_suffix(".json").unwrap_or(&method).to_owned();
                Self { webhook, method, format: Format::Json }
            }
        }
    }
}

/// The parameters in a body, by its type. As in PHP, a body of another type has none.
async fn body_params(parts: &Parts, body: Bytes) -> Result<Map<String, Value>, Refusal> {
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" if body.is_empty() => Ok(Map::new()),
        "application/json" => {
            serde_json::from_slice(&body).map(params::from_json).map_err(|_| refusals::INVALID_BODY)
        }
        "application/x-www-form-urlencoded" => Ok(params::parse_str(&String::from_utf8_lossy(&body))),
        "multipart/form-data" => multipart(content_type, body).await.map_err(|_| refusals::INVALID_BODY),
        _ => Ok(Map::new()),
    }
}

/// The text fields of a multipart body; files are no parameters in PHP.
async fn multipart(content_type: &str, body: Bytes) -> Result<Map<String, Value>, multer::Error> {
    let boundary = multer::parse_boundary(content_type)?;
    let mut parts = multer::Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
    let mut fields = Vec::new();
    while let Some(field) = parts.next_field().await? {
        if let (Some(name), None) = (field.name().map(str::to_owned), field.file_name()) {
            fields.push((name, String::from_utf8_lossy(&field.bytes().await?).into_owned()));
        }
    }
    Ok(params::from_fields(fields))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn address(path: &str) -> Address {
        Address::read(&path.parse().unwrap())
    }

    async fn read(request: axum::http::request::Builder, body: &str) -> Result<Value, Refusal> {
        let (parts, body) = request.body(Body::from(body.to_owned())).unwrap().into_parts();
        Request::read(&parts, body).await.unwrap().params.map(Value::Object)
    }

    fn post(content_type: &str) -> axum::http::request::Builder {
        let uri = "/rest/1/code/crm.lead.get?id=1&bx24_request_id=x";
        axum::http::Request::post(uri).header("content-type", content_type)
    }

    #[test]
    fn addresses_come_in_many_forms() {
        let webhook = Some(("1".to_owned(), "c0de".to_owned()));
        for path in
            ["/rest/1/c0de/CRM.Lead.get", "/rest/1/c0de/crm.lead.get.json", "//rest/1//c%30de/crm.lead.get/"]
        {
            let expected =
                Address { webhook: webhook.clone(), method: "crm.lead.get".to_owned(), format: Format::Json };
            assert_eq!(address(path), expected, "{path}");
        }
        assert_eq!(address("/rest/1/c0de/profile.XML?a=b").format, Format::Xml);
        assert_eq!(
            address("/rest/1/c0de/"),
            Address { webhook, method: String::new(), format: Format::Json }
        );
        assert_eq!(address("/rest/profile").webhook, None);
        assert_eq!(address("/rest/1/c0de/a/b").method, "a/b");
    }

    #[tokio::test]
    async fn bodies_join_the_query_and_win() {
        let expected = Ok(json!({"id": "2", "bx24_request_id": "x", "fields": {"CONTACT_ID": "3"}}));
        let form = "id=2&fields%5BCONTACT_ID%5D=3";
        assert_eq!(read(post("application/x-www-form-urlencoded; charset=UTF-8"), form).await, expected);
        let json = r#"{"id": "2", "fields": {"CONTACT_ID": "3"}}"#;
        assert_eq!(read(post("Application/JSON"), json).await, expected);
        let multipart = "--b\r\ncontent-disposition: form-data; name=\"id\"\r\n\r\n2\r\n--b\r\ncontent-disposition: \
             form-data; name=\"f\"; filename=\"x\"\r\n\r\n9\r\n--b\r\ncontent-disposition: form-data; \
             name=\"fields[CONTACT_ID]\"\r\n\r\n3\r\n--b--\r\n";
        assert_eq!(read(post("multipart/form-data; boundary=b"), multipart).await, expected);
    }

    #[tokio::test]
    async fn broken_bodies_are_refused_and_foreign_ones_ignored() {
        for (kind, body) in [
            ("application/json", "{"),
            ("application/json", "\u{feff}{}"),
            ("application/json", &*"[".repeat(100_000)),
            ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=b", "x"),
        ] {
            assert_eq!(read(post(kind), body).await, Err(refusals::INVALID_BODY), "{kind}");
        }
        assert_eq!(read(post("text/plain"), "id=2").await.unwrap()["id"], "1");
        assert_eq!(read(post("application/json"), "").await.unwrap()["id"], "1");
    }

    #[tokio::test]
    async fn other_verbs_and_huge_bodies_do_not_reach_the_portal() {
        let (parts, ()) = axum::http::Request::put("/rest/x").body(()).unwrap().into_parts();
        assert_eq!(Request::read(&parts, Body::empty()).await.unwrap_err(), Unreadable::Verb);
        let (parts, ()) = axum::http::Request::post("/rest/x").body(()).unwrap().into_parts();
        let huge = Body::from(vec![b' '; LARGEST_BODY + 1]);
        assert_eq!(Request::read(&parts, huge).await.unwrap_err(), Unreadable::Body);
    }
}
