//! `b24_client`: one portal.

use std::ffi::{CString, c_char};

use b24delete::Result;

use crate::client_options::ClientOptions;
use crate::engine::Engine;
use crate::error::Error;
use crate::gate::{Out, c_text, gate, quietly, required};

/// Deletes on one portal. All calls and runs of one client share the portal's limits: make one client for a portal, and
/// share it between threads.
pub struct Client {
    client: b24delete::Client,
    engine: &'static Engine,
    host: CString,
}

impl Client {
    pub(crate) fn core(&self) -> &b24delete::Client {
        &self.client
    }

    /// The engine on which the calls of this client run.
    ///
    /// # Errors
    /// `config` in a child that was forked after the client was made.
    pub(crate) fn engine(&self) -> Result<&'static Engine> {
        self.engine.check().map(|()| self.engine)
    }
}

/// Makes a client. Nothing is sent yet.
///
/// `client` may be NULL, to check the options only. An option with a value that is not allowed is a `config` error that
/// names it.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_new(
    options: Option<&ClientOptions>,
    client: *mut Option<Box<Client>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(client);
    gate(|| {
        let options = required("options", options)?.core()?;
        let engine = Engine::of_this_process()?;
        let client = b24delete::Client::new(options)?;
        out.set(Client { host: c_text(&client.host()), client, engine });
        Ok(())
    })
}

/// Frees a client. NULL is fine. No other call of this client may be under way but asynchronous ones, which go on.
///
/// In a child that was forked after the client was made it does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_free(client: Option<Box<Client>>) {
    quietly((), || match client {
        // Its locks may have been held by a thread that this process does not have.
        Some(client) if !client.engine.is_of_this_process() => std::mem::forget(client),
        client => drop(client),
    });
}

/// Host of the portal, and its port where it is not the usual one. It lives as long as the client.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_host(client: Option<&Client>) -> *const c_char {
    client.map_or(c"".as_ptr(), |client| client.host.as_ptr())
}

/// The user in whose name calls are made: a webhook names it, an application learns it when it logs in or renews its
/// token. 0 while it is not known.
#[unsafe(no_mangle)]
pub extern "C" fn b24_client_user_id(client: Option<&Client>) -> u64 {
    quietly(0, || client.and_then(|client| client.client.user_id()).unwrap_or(0))
}
