//! The way to a portal: how calls are authorized and what carries them.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::address;
use crate::authorization::Authorization;
use crate::error::Result;
use crate::oauth::{Session, SessionParts};
use crate::options::ClientOptions;
use crate::secret::Redactor;
use crate::transport::{HttpTransport, Punctual, Transport};
use crate::webhook::Webhook;

/// An authorization server answers at once or not at all.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(30);

/// How calls are authorized and what carries them.
pub(crate) struct Way {
    pub(crate) authorization: Authorization,
    pub(crate) transport: Arc<dyn Transport>,
}

impl Way {
    /// The way that checked options describe. `redactor` learns their secrets.
    ///
    /// # Errors
    /// `config` for an address that is not allowed.
    pub(crate) fn prepare(options: &ClientOptions, redactor: &Arc<Redactor>) -> Result<Self> {
        let Some(oauth) = &options.oauth else {
            let webhook = Webhook::parse(&options.webhook)?;
            redactor.learn([webhook.code().clone()]);
            let transport = transport(options, webhook.is_loopback())?;
            return Ok(Self { authorization: Authorization::Webhook(webhook), transport });
        };
        let portal_here = is_loopback(&oauth.rest);
        let server_here = is_loopback(&oauth.token_endpoint);
        let to_portal = transport(options, portal_here)?;
        let to_server = match portal_here == server_here {
            true => Arc::clone(&to_portal),
            false => transport(options, server_here)?,
        };
        let session = Session::new(SessionParts {
            options: oauth.clone(),
            transport: to_server,
            timeout: options.request_timeout.min(TOKEN_TIMEOUT),
            redactor: Arc::clone(redactor),
        })?;
        Ok(Self { authorization: Authorization::OAuth(Arc::new(session)), transport: to_portal })
    }
}

/// The caller's transport, else HTTP; without any proxy to this machine.
fn transport(options: &ClientOptions, direct: bool) -> Result<Arc<dyn Transport>> {
    let connect_timeout = options.connect_timeout.min(options.request_timeout);
    match &options.transport {
        Some(transport) => Ok(Arc::new(Punctual(Arc::clone(transport)))),
        None => Ok(Arc::new(HttpTransport::new(connect_timeout, direct)?)),
    }
}

fn is_loopback(text: &str) -> bool {
    Url::parse(text.trim()).is_ok_and(|url| address::is_loopback(&url))
}
