//! The authorization server, and the tokens of the one application that is installed on the portal.

mod endpoint;

use std::collections::HashMap;

use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Map, Value, json};

use crate::reply::Reply;

pub(crate) use endpoint::{Site, authorize, token};

/// The name of requests for tokens in fault rules, costs and statistics.
pub(crate) const TOKEN: &str = "oauth.token";

/// The id of the portal in replies.
const MEMBER_ID: &str = "a223c6b3710f85df22e9377d6c4f7553";

/// Lives in seconds, as documented: half a year and half a minute.
const REFRESH_LIFE: f64 = 180.0 * 24.0 * 3600.0;
const CODE_LIFE: f64 = 30.0;

/// What a client needs to act as the application that is installed on the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Application {
    /// The application's id.
    pub client_id: String,
    /// The application's key.
    pub client_secret: String,
    /// An access token that was given at the start of the portal.
    pub access_token: String,
    /// The refresh token that goes with it.
    pub refresh_token: String,
}

/// The authorization server. Times are seconds since the start of the portal.
#[derive(Debug)]
pub(crate) struct AuthorizationServer {
    application: Application,
    token_life: f64,
    /// Seconds for which a refresh token works on after its use.
    grace: f64,
    access_tokens: HashMap<String, f64>,
    refresh_tokens: HashMap<String, f64>,
    codes: HashMap<String, f64>,
}

/// What became of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Valid,
    Expired,
    Unknown,
}

impl AuthorizationServer {
    /// A server that knows one application, with one pair of tokens.
    pub(crate) fn new(token_life: f64, grace: f64) -> Self {
        let application = Application {
            client_id: format!("local.{}.{}", secret(14), secret(8)),
            client_secret: secret(50),
            access_token: secret(32),
            refresh_token: secret(32),
        };
        Self {
            access_tokens: HashMap::from([(application.access_token.clone(), token_life)]),
            refresh_tokens: HashMap::from([(application.refresh_token.clone(), REFRESH_LIFE)]),
            codes: HashMap::new(),
            application,
            token_life,
            grace,
        }
    }

    pub(crate) fn application(&self) -> &Application {
        &self.application
    }

    /// Whether calls with that access token are taken.
    pub(crate) fn standing(&self, access_token: &str, now: f64) -> Standing {
        match self.access_tokens.get(access_token) {
            Some(expires) if now < *expires => Standing::Valid,
            Some(_) => Standing::Expired,
            None => Standing::Unknown,
        }
    }

    /// Lets every access token expire.
    pub(crate) fn expire_access_tokens(&mut self, now: f64) {
        self.access_tokens.values_mut().for_each(|expires| *expires = expires.min(now));
    }

    /// A code for that application, when it is the one that is installed.
    pub(crate) fn code(&mut self, client_id: &str, now: f64) -> Option<String> {
        (client_id == self.application.client_id).then(|| {
            let code = secret(32);
            self.codes.insert(code.clone(), now + CODE_LIFE);
            code
        })
    }

    /// Answers a request for tokens. `unix` is the portal's clock, `scopes` is what the application may do.
    pub(crate) fn answer(
        &mut self,
        params: &Map<String, Value>,
        site: &Site,
        scopes: &[String],
        now: f64,
        unix: f64,
    ) -> Reply {
        let given = |name: &str| params.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if given("client_id") != Some(&self.application.client_id) {
            // With status 200 and without a description, as seen on the real server.
            return refuse(200, "wrong_client", None);
        }
        if given("client_secret") != Some(&self.application.client_secret) {
            return refuse(400, "invalid_client", None);
        }
        let (is_refresh, name) = match given("grant_type") {
            Some("authorization_code") => (false, "code"),
            Some("refresh_token") => (true, "refresh_token"),
            _ => return refuse(400, "invalid_request", Some("Invalid grant type")),
        };
        let Some(grant) = given(name) else {
            return refuse(400, "invalid_request", Some(&format!("No \"{name}\" parameter found")));
        };
        let is_good = if is_refresh { self.use_refresh_token(grant, now) } else { self.use_code(grant, now) };
        if !is_good {
            return refuse(400, "invalid_grant", None);
        }
        let mut reply = self.pair(site, scopes, now);
        if is_refresh {
            reply.insert("expires".to_owned(), json!((unix + self.token_life).floor() as i64));
            reply.insert("user_id".to_owned(), json!(1));
        }
        Reply::json(200, &reply)
    }

    /// True for a code that is not used up; it is then.
    fn use_code(&mut self, code: &str, now: f64) -> bool {
        self.codes.remove(code).is_some_and(|expires| now < expires)
    }

    /// True for a refresh token that is in force; it is not for much longer then.
    fn use_refresh_token(&mut self, token: &str, now: f64) -> bool {
        let grace = self.grace;
        let Some(expires) = self.refresh_tokens.get_mut(token).filter(|expires| now < **expires) else {
            return false;
        };
        *expires = expires.min(now + grace);
        true
    }

    /// A new pair of tokens, as a reply tells it.
    fn pair(&mut self, site: &Site, scopes: &[String], now: f64) -> Map<String, Value> {
        let (access_token, refresh_token) = (secret(32), secret(32));
        let reply = json!({
            "access_token": access_token,
            "client_endpoint": format!("{}/rest/", site.portal),
            "domain": site.server_host(),
            "expires_in": self.token_life.floor() as i64,
            "member_id": MEMBER_ID,
            "refresh_token": refresh_token,
            "scope": scopes.join(","),
            "server_endpoint": format!("{}/rest/", site.server),
            "status": "L",
        });
        self.access_tokens.insert(access_token, now + self.token_life);
        self.refresh_tokens.insert(refresh_token, now + REFRESH_LIFE);
        if let Value::Object(reply) = reply { reply } else { Map::new() }
    }
}

fn secret(length: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), length).to_lowercase()
}

fn refuse(status: u16, code: &str, description: Option<&str>) -> Reply {
    Reply::json(
        status,
        &match description {
            Some(description) => json!({"error": code, "error_description": description}),
            None => json!({"error": code}),
        },
    )
}
