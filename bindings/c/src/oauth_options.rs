//! `b24_oauth_options`: the authorization of an application.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use b24delete::{FileTokenStore, Result, Secret, TokenRequest};

use crate::error::Error;
use crate::gate::{Out, gate, invalid, optional_text, quietly, required, text};
use crate::token_store::{LoadTokensCallback, SaveTokensCallback, TokenStore};
use crate::user_data::{Finalizer, UserData};

/// The authorization of an application on a portal by OAuth 2.0. It holds secrets.
pub struct OAuthOptions {
    options: b24delete::OAuthOptions,
}

impl OAuthOptions {
    /// The options for the core.
    pub(crate) fn core(&self) -> b24delete::OAuthOptions {
        self.options.clone()
    }
}

/// Options for an application: REST root of the portal, `https://HOST/rest/`, and the application's id and key. Free them
/// with `b24_oauth_options_free`, at any time after `b24_client_options_set_oauth`.
///
/// They still need tokens, from `b24_oauth_options_set_tokens`, a store, or `b24_client_log_in`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_new(
    rest: *const c_char,
    client_id: *const c_char,
    client_secret: *const c_char,
    options: *mut Option<Box<OAuthOptions>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(options);
    gate(|| {
        let secret = Secret::new(&text("client_secret", client_secret)?);
        let options =
            b24delete::OAuthOptions::new(text("rest", rest)?, text("client_id", client_id)?, secret);
        out.set(OAuthOptions { options });
        Ok(())
    })
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_free(options: Option<Box<OAuthOptions>>) {
    quietly((), || drop(options));
}

/// Tokens to begin with; NULL for one that there is not. A refresh token is good for one renewal: without a store the
/// login is lost with the process. Tokens in a store that go back to this refresh token count instead of it.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_set_tokens(
    options: Option<&mut OAuthOptions>,
    access_token: *const c_char,
    refresh_token: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        let access_token = optional_text("access_token", access_token)?;
        let refresh_token = optional_text("refresh_token", refresh_token)?;
        options.access_token = access_token.as_deref().map(Secret::new);
        options.refresh_token = refresh_token.as_deref().map(Secret::new);
        Ok(())
    })
}

/// Where requests for tokens go. Default: `https://oauth.bitrix.info/oauth/token/`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_set_token_endpoint(
    options: Option<&mut OAuthOptions>,
    url: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.token_endpoint = text("url", url)?;
        Ok(())
    })
}

/// How tokens are asked for: `post` (the default: secrets in the body) or `get`, for authorization servers only that
/// take nothing else: proxies and servers write queries to their logs. Other texts are `invalid_argument`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_set_token_request(
    options: Option<&mut OAuthOptions>,
    way: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.token_request = match text("way", way)?.as_str() {
            "post" => TokenRequest::Post,
            "get" => TokenRequest::Get,
            other => return Err(invalid(format!("`way` is `{other}`: `post` or `get` is needed"))),
        };
        Ok(())
    })
}

/// Lets the authorization server move the portal, or itself, to this host with an https address. The two authorization
/// servers of the cloud are allowed from the start.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_allow_host(
    options: Option<&mut OAuthOptions>,
    host: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.allowed_hosts.push(text("host", host)?);
        Ok(())
    })
}

/// Keeps the tokens in a file that only its owner can read, and that processes on one machine may share. `FILE.lock`
/// beside it keeps them from renewing the same token twice.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_set_token_file(
    options: Option<&mut OAuthOptions>,
    path: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.store = Some(Arc::new(FileTokenStore::new(text("path", path)?)));
        Ok(())
    })
}

/// Keeps the tokens wherever the caller wants. Nobody else may use the same tokens; where processes share them,
/// `b24_oauth_options_set_token_file` is the way.
///
/// Both callbacks are needed. They run on threads of the library, may take their time, and are never called at the same
/// time for one client. Calls that wait return an `invalid_argument` error from there. `finalizer` runs once, when neither
/// the options nor a client needs `user_data` any more, also when this function returns an error; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn b24_oauth_options_set_token_store(
    options: Option<&mut OAuthOptions>,
    load: LoadTokensCallback,
    save: SaveTokensCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    gate(|| {
        let user_data = UserData::new(user_data, finalizer);
        let (load, save) = (required("load", load)?, required("save", save)?);
        let options = required("options", options)?;
        options.options.store = Some(Arc::new(TokenStore::new(load, save, user_data)));
        Ok(())
    })
}

fn set(
    options: Option<&mut OAuthOptions>,
    change: impl FnOnce(&mut b24delete::OAuthOptions) -> Result<()>,
) -> Option<Box<Error>> {
    gate(|| change(&mut required("options", options)?.options))
}
