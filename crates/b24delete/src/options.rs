//! The options of a client, and their check.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::oauth::OAuthOptions;
use crate::observe::Observer;
use crate::run::Canceller;
use crate::transport::Transport;

/// How a client reaches a portal and how it behaves there. Start from `ClientOptions::webhook` or
/// `ClientOptions::oauth`.
///
/// ```
/// use b24delete::{ClientOptions, RateLimit};
///
/// let mut options = ClientOptions::webhook("https://example.bitrix24.com/rest/1/CODE/");
/// options.rate_limit = RateLimit::ENTERPRISE;
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientOptions {
    /// URL of an inbound webhook, `https://HOST/rest/USER_ID/CODE/`. It holds a secret. Empty for an application.
    pub webhook: String,
    /// Authorization as an application, instead of a webhook.
    pub oauth: Option<OAuthOptions>,
    /// The portal's limit on requests.
    pub rate_limit: RateLimit,
    /// The portal's limit on execution time.
    pub operating_limit: OperatingLimit,
    /// How long to wait for a connection, at most the request timeout. Default 10 s.
    pub connect_timeout: Duration,
    /// How long to wait for the answer to a request. Default 150 s: a contact can take the portal 100 s.
    pub request_timeout: Duration,
    /// How long a lost request may still be at work on the portal, counted from its sending. Default 300 s.
    pub settle_time: Duration,
    /// Requests at a time within one run. Counts only with the rate limit off and on a portal that does not count
    /// execution time; within the limits there is always one.
    pub concurrency: usize,
    /// Which methods carry out the deletion of leads and contacts.
    pub api: Api,
    /// Told of waits, repeats and lookups.
    pub observer: Option<Arc<dyn Observer>>,
    /// Replaces the HTTP client, for instance in tests.
    pub transport: Option<Arc<dyn Transport>>,
    /// Makes the jitter of waits repeatable.
    pub random_seed: Option<u64>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            webhook: String::new(),
            oauth: None,
            rate_limit: RateLimit::STANDARD,
            operating_limit: OperatingLimit::STANDARD,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(150),
            settle_time: Duration::from_secs(300),
            concurrency: 1,
            api: Api::Classic,
            observer: None,
            transport: None,
            random_seed: None,
        }
    }
}

impl ClientOptions {
    /// The defaults for the portal behind an inbound webhook.
    pub fn webhook(url: impl Into<String>) -> Self {
        Self { webhook: url.into(), ..Self::default() }
    }

    /// The defaults for an application on a portal.
    pub fn oauth(oauth: OAuthOptions) -> Self {
        Self { oauth: Some(oauth), ..Self::default() }
    }

    /// Refuses values that make no sense, before anything is sent.
    pub(crate) fn check(&self) -> Result<()> {
        match (self.webhook.trim().is_empty(), &self.oauth) {
            (true, None) => return Err(config("neither a webhook URL nor an application was given")),
            (false, Some(_)) => {
                return Err(config("a webhook URL and an application were given: one is needed"));
            }
            (true, Some(_)) | (false, None) => {}
        }
        if !(1..=64).contains(&self.concurrency) {
            return Err(config(format!("concurrency {} is not allowed: 1 to 64", self.concurrency)));
        }
        for (name, value) in
            [("connect timeout", self.connect_timeout), ("request timeout", self.request_timeout)]
        {
            if !(Duration::from_millis(1)..=Duration::from_secs(3600)).contains(&value) {
                return Err(config(format!("{name} {value:?} is not allowed: 1 ms to 1 h")));
            }
        }
        if self.settle_time > Duration::from_secs(24 * 3600) {
            return Err(config(format!("settle time {:?} is not allowed: at most 24 h", self.settle_time)));
        }
        Ok(())
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientOptions")
            .field("webhook", &crate::webhook::Webhook::parse(&self.webhook).ok())
            .field("oauth", &self.oauth)
            .field("rate_limit", &self.rate_limit)
            .field("operating_limit", &self.operating_limit)
            .field("request_timeout", &self.request_timeout)
            .field("settle_time", &self.settle_time)
            .field("concurrency", &self.concurrency)
            .field("api", &self.api)
            .finish_non_exhaustive()
    }
}

fn config(text: impl Into<String>) -> Error {
    Error::not_sent(ErrorKind::Config, text)
}

/// Which REST methods delete leads and contacts; bindings always go through `crm.lead.contact.*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Api {
    /// `crm.lead.delete` and `crm.contact.delete`.
    #[default]
    Classic,
    /// Their successor `crm.item.delete`, with entityTypeId 1 and 3.
    Item,
}

impl FromStr for Api {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "classic" => Ok(Self::Classic),
            "item" => Ok(Self::Item),
            _ => Err(config(format!("`{text}` is not an api: `classic` or `item`"))),
        }
    }
}

/// The portal's limit on requests: a bucket that holds `capacity` and empties by `per_second`.
///
/// Source: settings/performance/limits.md.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RateLimit(Option<(f64, f64)>);

impl RateLimit {
    /// 50 requests at once, then 2 per second: every plan but Enterprise.
    pub const STANDARD: Self = Self(Some((50.0, 2.0)));
    /// 250 requests at once, then 5 per second.
    pub const ENTERPRISE: Self = Self(Some((250.0, 5.0)));
    /// No limit: self-hosted portals by default.
    pub const OFF: Self = Self(None);

    /// A bucket that holds `capacity` requests, 1 to 1,000,000, and empties by `per_second`, 0.001 to 1,000,000.
    ///
    /// # Errors
    /// `config` for other values.
    pub fn new(capacity: f64, per_second: f64) -> Result<Self> {
        let sane = (1.0..=1e6).contains(&capacity) && (1e-3..=1e6).contains(&per_second);
        sane.then_some(Self(Some((capacity, per_second)))).ok_or_else(|| {
            config(format!(
                "limits {capacity}/{per_second} are not allowed: 1 to 1000000 requests, 0.001 to 1000000 per second"
            ))
        })
    }

    pub(crate) fn bucket(self) -> Option<(f64, f64)> {
        self.0
    }

    /// The least time that so many requests take within the limit.
    pub fn time_for(self, requests: u64) -> Duration {
        let Some((capacity, per_second)) = self.0 else { return Duration::ZERO };
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let seconds = (requests as f64 - capacity) / per_second;
        crate::clock::seconds(seconds)
    }
}

impl FromStr for RateLimit {
    type Err = Error;

    /// Reads `standard`, `enterprise`, `off` or `X/Y`: X requests at once, then Y per second.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "standard" => Ok(Self::STANDARD),
            "enterprise" => Ok(Self::ENTERPRISE),
            "off" => Ok(Self::OFF),
            _ => {
                let (capacity, per_second) = pair(text).ok_or_else(|| {
                    config(format!(
                        "`{text}` is not a limit: `standard`, `enterprise`, `off` or X/Y, such as `50/2`"
                    ))
                })?;
                Self::new(capacity, per_second)
            }
        }
    }
}

/// The portal's limit on execution time: `budget` seconds of a method's work within a window of `window` seconds.
///
/// Source: settings/performance/limits.md.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OperatingLimit(Option<(f64, f64)>);

impl OperatingLimit {
    /// 480 seconds of work in 600: the cloud.
    pub const STANDARD: Self = Self(Some((480.0, 600.0)));
    /// No limit: self-hosted portals by default.
    pub const OFF: Self = Self(None);

    /// `budget` seconds of work, up to 1,000,000, within `window` seconds, 1 to 86,400.
    ///
    /// # Errors
    /// `config` for other values.
    pub fn new(budget: f64, window: f64) -> Result<Self> {
        let sane = budget > 0.0 && budget <= 1e6 && (1.0..=86_400.0).contains(&window);
        sane.then_some(Self(Some((budget, window)))).ok_or_else(|| {
            config(format!(
                "operating limit {budget}/{window} is not allowed: up to 1000000 seconds of work within 1 to 86400 seconds"
            ))
        })
    }

    pub(crate) fn budget(self) -> Option<(f64, f64)> {
        self.0
    }

    /// The least time in which so much work can be done within the limit, by one method.
    pub fn time_for(self, work: Duration) -> Duration {
        let Some((budget, window)) = self.0 else { return work };
        let work = work.as_secs_f64();
        let full_windows = ((work / budget).ceil() - 1.0).max(0.0);
        crate::clock::seconds(window.max(budget) * full_windows + (work - budget * full_windows))
    }
}

impl FromStr for OperatingLimit {
    type Err = Error;

    /// Reads `off` or `S/W`: S seconds of work within W seconds.
    fn from_str(text: &str) -> Result<Self> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (budget, window) = pair(text).ok_or_else(|| {
            config(format!("`{text}` is not an operating limit: `off` or S/W in seconds, such as `480/600`"))
        })?;
        Self::new(budget, window)
    }
}

fn pair(text: &str) -> Option<(f64, f64)> {
    let (first, second) = text.split_once('/')?;
    Some((first.trim().parse().ok()?, second.trim().parse().ok()?))
}

/// When a run gives up for failures: how many operations may fail or stay unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MaxFailures {
    /// This many; the next one stops the run.
    Count(u64),
    /// This share of the outcomes so far, in percent, once at least 100 are there.
    Percent(f64),
}

impl FromStr for MaxFailures {
    type Err = Error;

    /// Reads a count, such as `10`, or a share, such as `5%`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || config(format!("`{text}` is not a number of failures: a count such as `10`, or `5%`"));
        match text.strip_suffix('%') {
            Some(share) => {
                let share: f64 = share.trim().parse().map_err(|_| wrong())?;
                (0.0..=100.0).contains(&share).then_some(Self::Percent(share)).ok_or_else(wrong)
            }
            None => text.parse().map(Self::Count).map_err(|_| wrong()),
        }
    }
}

/// How a run over many operations behaves.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RunOptions {
    /// Stops the run when more operations fail or stay unknown. Default: never.
    pub max_failures: Option<MaxFailures>,
    /// Stops the run when this many first answers are all `absent`: most likely the wrong portal. Default: never.
    pub stop_if_first_absent: Option<u64>,
}

/// How one single call behaves.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// Bounds the call with all its waits: it then ends in the limit's error or in `outcome_unknown`.
    /// Default: no bound beyond the request timeout and the limits' own waits.
    pub deadline: Option<Duration>,
    /// Ends the call at once with an error of kind `cancelled`, whose effect says what may have happened. A request on
    /// the wire is seen through. Default: the call cannot be cancelled but by dropping it.
    pub canceller: Option<Canceller>,
}

impl CallOptions {
    /// A call that ends within `deadline`.
    pub fn within(deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..Self::default() }
    }
}
