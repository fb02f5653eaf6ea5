//! `b24_client_options`: how a client reaches a portal and how it behaves there.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use b24delete::Result;

use crate::error::Error;
use crate::event::{EventCallback, Observer};
use crate::gate::{gate, quietly, required, seconds, text};
use crate::oauth_options::OAuthOptions;
use crate::user_data::{Finalizer, UserData};

/// How a client reaches a portal and how it behaves there. It holds a secret.
pub struct ClientOptions {
    options: b24delete::ClientOptions,
    /// The webhook's URL could not be read. Told when the client is made, as anything else that is wrong with it.
    webhook_error: Option<b24delete::Error>,
}

impl ClientOptions {
    /// The options for the core.
    pub(crate) fn core(&self) -> Result<b24delete::ClientOptions> {
        match &self.webhook_error {
            Some(error) => Err(error.clone()),
            None => Ok(self.options.clone()),
        }
    }
}

/// Options with the defaults, which still need `b24_client_options_set_webhook` or `b24_client_options_set_oauth`. Free
/// them with `b24_client_options_free`, at any time after `b24_client_new`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_new() -> Option<Box<ClientOptions>> {
    quietly(None, || {
        let options = b24delete::ClientOptions::default();
        Some(Box::new(ClientOptions { options, webhook_error: None }))
    })
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_free(options: Option<Box<ClientOptions>>) {
    quietly((), || drop(options));
}

/// URL of an inbound webhook, `https://HOST/rest/USER_ID/CODE/`. It holds a secret. `b24_client_new` tells what is wrong
/// with it.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_webhook(options: Option<&mut ClientOptions>, url: *const c_char) {
    quietly((), || {
        let Some(options) = options else { return };
        match text("url", url) {
            Ok(url) => (options.options.webhook, options.webhook_error) = (url, None),
            Err(error) => options.webhook_error = Some(error),
        }
    });
}

/// Authorization as an application, instead of a webhook. The OAuth options are copied.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_oauth(
    options: Option<&mut ClientOptions>,
    oauth: Option<&OAuthOptions>,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.oauth = Some(required("oauth", oauth)?.core());
        Ok(())
    })
}

/// The portal's limit on requests: `standard` (the default: 50 at once, then 2 per second), `enterprise` (250 and 5),
/// `off`, or `X/Y`. Other texts are `config` errors.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_limits(
    options: Option<&mut ClientOptions>,
    limits: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.rate_limit = text("limits", limits)?.parse()?;
        Ok(())
    })
}

/// The portal's limit on execution time: `off`, or `S/W` for S seconds of work of a method within W seconds. The default
/// is `480/600`. Other texts are `config` errors.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_operating_limit(
    options: Option<&mut ClientOptions>,
    limit: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.operating_limit = text("limit", limit)?.parse()?;
        Ok(())
    })
}

/// Which REST methods delete leads and contacts: `classic` (the default: `crm.lead.delete` and `crm.contact.delete`) or
/// `item` (`crm.item.delete`). Other texts are `config` errors.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_api(
    options: Option<&mut ClientOptions>,
    api: *const c_char,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.api = text("api", api)?.parse()?;
        Ok(())
    })
}

/// How many seconds to wait for a connection, 0.001 to 3600 and at most the request timeout. Default 10.
///
/// A number that is no span of time is an `invalid_argument` at once, one out of range a `config` error of
/// `b24_client_new`; so for the other times.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_connect_timeout(
    options: Option<&mut ClientOptions>,
    timeout: f64,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.connect_timeout = seconds("timeout", timeout)?;
        Ok(())
    })
}

/// How many seconds to wait for the answer to a request, 0.001 to 3600. Default 150: a contact can take the portal 100.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_request_timeout(
    options: Option<&mut ClientOptions>,
    timeout: f64,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.request_timeout = seconds("timeout", timeout)?;
        Ok(())
    })
}

/// How many seconds a lost request may still be at work on the portal, 0 to 86400. Default 300.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_settle_time(
    options: Option<&mut ClientOptions>,
    time: f64,
) -> Option<Box<Error>> {
    set(options, |options| {
        options.settle_time = seconds("time", time)?;
        Ok(())
    })
}

/// Requests at a time within one run, 1 to 64. Default 1. It counts only with the limit on requests off and on a portal
/// that does not count execution time. Other values are `config` errors of `b24_client_new`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_concurrency(
    options: Option<&mut ClientOptions>,
    concurrency: usize,
) {
    if let Some(options) = options {
        options.options.concurrency = concurrency;
    }
}

/// Has `callback` told of waits, repeats and lookups of the client's calls and runs; NULL tells nobody.
///
/// It runs on the library's own thread, one call at a time, and holds everything up until it returns: it must be quick,
/// and calls that wait return an `invalid_argument` error from there. `finalizer` runs once, when neither the options
/// nor a client needs `user_data` any more; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_options_set_event_callback(
    options: Option<&mut ClientOptions>,
    callback: EventCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) {
    quietly((), || {
        let user_data = UserData::new(user_data, finalizer);
        let Some(options) = options else { return };
        options.options.observer = callback
            .map(|callback| Arc::new(Observer::new(callback, user_data)) as Arc<dyn b24delete::Observer>);
    });
}

fn set(
    options: Option<&mut ClientOptions>,
    change: impl FnOnce(&mut b24delete::ClientOptions) -> Result<()>,
) -> Option<Box<Error>> {
    gate(|| change(&mut required("options", options)?.options))
}
