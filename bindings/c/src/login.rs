//! Logging an application in.

use std::ffi::c_char;

use b24delete::{ErrorKind, OAuth, Result, Secret};

use crate::client::Client;
use crate::error::Error;
use crate::gate::{gate, required, text};
use crate::string::hand_over;

/// The portal's page where a user lets the application in: open it in a browser. The portal then redirects to the address
/// in the application's settings, with `code` and `state` in the query.
///
/// `url` gets a text to be freed with `b24_string_free`. A client with a webhook gets a `config` error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_authorize_url(
    client: Option<&Client>,
    state: *const c_char,
    url: *mut *mut c_char,
) -> Option<Box<Error>> {
    hand_over(url, || Ok(application(required("client", client)?)?.authorize_url(&text("state", state)?)))
}

/// Exchanges the code of that redirect for tokens and stores them, and waits for it. A code lives 30 seconds.
///
/// Errors: `refresh_failed` when the server refuses the code or its answer was lost, `redirected` when it names another
/// portal, `config` when the store fails or the client has a webhook.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_log_in(client: Option<&Client>, code: *const c_char) -> Option<Box<Error>> {
    gate(|| {
        let client = required("client", client)?;
        let (oauth, code) = (application(client)?, Secret::new(&text("code", code)?));
        client.engine()?.wait(async move { oauth.log_in(&code).await }).map(drop)
    })
}

/// Renews the access token although it may still be good, and waits for it. Calls do that by themselves when it is needed.
///
/// Errors: as of `b24_client_log_in`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_refresh(client: Option<&Client>) -> Option<Box<Error>> {
    gate(|| {
        let client = required("client", client)?;
        let oauth = application(client)?;
        client.engine()?.wait(async move { oauth.refresh().await }).map(drop)
    })
}

fn application(client: &Client) -> Result<OAuth> {
    client.core().oauth().ok_or_else(|| {
        b24delete::Error::not_sent(ErrorKind::Config, "the client has a webhook: only an application logs in")
    })
}
