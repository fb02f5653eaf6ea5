//! The portal and how it is reached.

use std::sync::Arc;
use std::time::Duration;

use b24delete::{Api, Client, Observer, OperatingLimit, RateLimit};

use super::{Access, Named};
use crate::arguments::{ConnectionArguments, Spelled};
use crate::escape::shown;
use crate::failure::Failure;

/// The portal and how it is reached.
#[derive(Debug)]
pub(crate) struct ConnectionSettings {
    access: Access,
    /// Which methods delete leads and contacts.
    pub(crate) api: Api,
    /// The limit on requests.
    pub(crate) limits: Spelled<RateLimit>,
    /// The limit on execution time.
    pub(crate) operating: Spelled<OperatingLimit>,
    request_timeout: Duration,
    settle_time: Duration,
    concurrency: usize,
    /// The options that named the portal, with a space before them, for commands in hints; empty for the environment.
    pub(crate) spelled: String,
    /// What deserves attention but hinders nothing.
    pub(crate) warnings: Vec<String>,
}

impl ConnectionSettings {
    /// Takes the portal from the arguments, else from the environment.
    ///
    /// # Errors
    /// When there is none, or its file cannot be read.
    pub(crate) fn resolve(arguments: ConnectionArguments) -> Result<Self, Failure> {
        let mut warnings = Vec::new();
        let spelled = spelled(&arguments);
        let named = Named {
            profile: arguments.profile,
            webhook_file: arguments.webhook_file,
            webhook: arguments.webhook,
        };
        let access = Access::resolve(named, &mut warnings)?;
        if arguments.concurrency > 1 && arguments.limits.value != RateLimit::OFF {
            warnings.push("`--concurrency` counts only with `--limits off`: within limits parallel requests gain nothing".to_owned());
        }
        Ok(Self {
            access,
            api: arguments.api,
            limits: arguments.limits,
            operating: arguments.operating,
            request_timeout: arguments.request_timeout,
            settle_time: arguments.settle_time,
            concurrency: usize::from(arguments.concurrency),
            spelled,
            warnings,
        })
    }

    /// A client for the portal, which tells `observer` what happens.
    ///
    /// # Errors
    /// When an address is not allowed, or a value is not allowed. Nothing is sent.
    pub(crate) fn client(&self, observer: Option<Arc<dyn Observer>>) -> Result<Client, Failure> {
        let mut options = self.access.client_options();
        options.api = self.api;
        options.rate_limit = self.limits.value;
        options.operating_limit = self.operating.value;
        options.request_timeout = self.request_timeout;
        options.settle_time = self.settle_time;
        options.concurrency = self.concurrency;
        options.observer = observer;
        Ok(Client::new(options)?)
    }
}

/// A URL is left out, because its code is a secret.
fn spelled(arguments: &ConnectionArguments) -> String {
    match (&arguments.profile, &arguments.webhook_file) {
        (Some(name), _) => format!(" --profile {}", shown(name)),
        (None, Some(path)) => format!(" --webhook-file {}", shown(&path.to_string_lossy())),
        (None, None) => String::new(),
    }
}
