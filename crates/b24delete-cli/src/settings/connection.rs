//! The portal and how it is reached.

use std::sync::Arc;
use std::time::Duration;

use b24delete::{Api, Client, ClientOptions, Observer, OperatingLimit, RateLimit, Secret};

use super::webhook_file;
use crate::arguments::{ConnectionArguments, Spelled};
use crate::environment;
use crate::failure::Failure;

/// The portal and how it is reached.
#[derive(Debug)]
pub(crate) struct ConnectionSettings {
    webhook: Secret,
    /// Which methods delete leads and contacts.
    pub(crate) api: Api,
    /// The limit on requests.
    pub(crate) limits: Spelled<RateLimit>,
    /// The limit on execution time.
    pub(crate) operating: Spelled<OperatingLimit>,
    request_timeout: Duration,
    settle_time: Duration,
    concurrency: usize,
    /// What deserves attention but hinders nothing.
    pub(crate) warnings: Vec<String>,
}

impl ConnectionSettings {
    /// Takes the webhook from the arguments, else from the environment.
    ///
    /// # Errors
    /// When there is none, or its file cannot be read.
    pub(crate) fn resolve(arguments: ConnectionArguments) -> Result<Self, Failure> {
        let mut warnings = Vec::new();
        let webhook = match (arguments.webhook_file, arguments.webhook) {
            (Some(path), _) => {
                let file = webhook_file::read(&path)?;
                warnings.extend(file.warning);
                file.url
            }
            (None, Some(url)) => url,
            (None, None) => environment::webhook()?.ok_or_else(no_webhook)?,
        };
        if arguments.concurrency > 1 && arguments.limits.value != RateLimit::OFF {
            warnings.push("`--concurrency` counts only with `--limits off`: within limits parallel requests gain nothing".to_owned());
        }
        Ok(Self {
            webhook: Secret::new(&webhook),
            api: arguments.api,
            limits: arguments.limits,
            operating: arguments.operating,
            request_timeout: arguments.request_timeout,
            settle_time: arguments.settle_time,
            concurrency: usize::from(arguments.concurrency),
            warnings,
        })
    }

    /// A client for the portal, which tells `observer` what happens.
    ///
    /// # Errors
    /// When the webhook is not a webhook URL, or a value is not allowed. Nothing is sent.
    pub(crate) fn client(&self, observer: Option<Arc<dyn Observer>>) -> Result<Client, Failure> {
        let mut options = ClientOptions::webhook(self.webhook.reveal());
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

fn no_webhook() -> Failure {
    Failure::usage("no portal was given")
        .hint("put the URL of an inbound webhook into a file and name it with `--webhook-file FILE`, or set `B24_WEBHOOK`")
        .hint("`b24delete demo` works without a portal")
}
