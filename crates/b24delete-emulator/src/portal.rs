//! The portal's state, shared by all requests.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::distr::{Alphanumeric, SampleString};
use serde::Serialize;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::limits::operating::{OperatingTime, Usage};
use crate::limits::rate::LeakyBucket;
use crate::lingering::Lingering;
use crate::oauth::AuthorizationServer;
use crate::portal_time;
use crate::received::ReceivedRequest;
use crate::reply::Time;
use crate::settings::{Charge, Settings};
use crate::store::{Store, StoreError};

/// The user that the webhook belongs to.
pub(crate) const WEBHOOK_USER: &str = "1";

/// In the charging of `batch`, shorter calls are free.
const FREE_SECONDS: f64 = 0.1;

/// Everything that requests share. Each lock is held only for a moment, never while something is waited for.
#[derive(Debug)]
pub(crate) struct Portal {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) store: Mutex<Store>,
    pub(crate) faults: Mutex<Faults>,
    /// Deleted records that lookups still find.
    pub(crate) lingering: Mutex<Lingering>,
    pub(crate) statistics: Mutex<Statistics>,
    /// The requests, where they are kept.
    pub(crate) received: Mutex<Vec<ReceivedRequest>>,
    /// The name under which the webhook stands in limits and logs.
    pub(crate) webhook_name: Arc<str>,
    pub(crate) webhook_code: String,
    /// The same for the application.
    pub(crate) application_name: Arc<str>,
    pub(crate) oauth: Mutex<AuthorizationServer>,
    pub(crate) control_token: String,
    /// How many requests to `/rest/` could be read.
    pub(crate) requests: AtomicU64,
    bucket: Option<Mutex<LeakyBucket>>,
    operating: Option<Mutex<OperatingTime>>,
}

/// What the portal has counted since its start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// HTTP requests to `/rest/`, refused ones included; requests for tokens do not count.
    pub requests: u64,
    /// Requests and commands that were refused before they ran, by the `error` word.
    pub refused: BTreeMap<String, u64>,
    /// Calls and commands that ran, by method; also those whose method refused. `oauth.token` counts requests for tokens
    /// that were answered.
    pub executed: BTreeMap<&'static str, u64>,
    /// Requests that the gateway cut.
    pub cut: u64,
    /// Faults that struck, by kind.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Portal {
    /// Opens the records and starts the clock.
    pub(crate) fn open(settings: Settings) -> Result<Self, StoreError> {
        let clock = Clock::start(settings.start_time, settings.clock_skew);
        let mut store = Store::open(settings.database.as_deref())?;
        store.seed(&settings.seed, clock.unix())?;
        let secret = |length| Alphanumeric.sample_string(&mut rand::rng(), length).to_lowercase();
        Ok(Self {
            store: Mutex::new(store),
            faults: Mutex::new(Faults::new(settings.faults.clone(), settings.random_seed)),
            lingering: Mutex::default(),
            statistics: Mutex::default(),
            received: Mutex::default(),
            webhook_name: Arc::from("webhook"),
            application_name: Arc::from("application"),
            oauth: Mutex::new(AuthorizationServer::new(settings.token_ttl, settings.refresh_grace)),
            webhook_code: settings.webhook_code.clone().unwrap_or_else(|| secret(16)),
            control_token: secret(24),
            requests: AtomicU64::new(0),
            bucket: settings.limits.map(|limit| Mutex::new(LeakyBucket::new(limit, settings.count_refused))),
            operating: settings.operating.map(|limit| Mutex::new(OperatingTime::new(limit))),
            clock,
            settings,
        })
    }

    /// Counts a request in the bucket; false when the rate limit refuses it.
    pub(crate) fn admits(&self) -> bool {
        self.bucket.as_ref().is_none_or(|bucket| locked(bucket).admit(self.clock.elapsed()))
    }

    /// True when the operating limit refuses the method to the credential.
    pub(crate) fn is_blocked(&self, credential: &Arc<str>, method: &str) -> bool {
        let now = self.clock.elapsed();
        self.operating.as_ref().is_some_and(|operating| locked(operating).is_blocked(credential, method, now))
    }

    /// Charges a method with the seconds since `start`, and says what is used of it.
    pub(crate) fn charge(&self, credential: &Arc<str>, method: &str, start: f64) -> Usage {
        let now = self.clock.elapsed();
        let Some(operating) = &self.operating else { return unused(now) };
        let seconds = now - start;
        if self.settings.charge == Charge::Batch && seconds < FREE_SECONDS {
            return locked(operating).usage(credential, method, now);
        }
        locked(operating).charge(credential, method, seconds, now)
    }

    /// What is told of a method that is not charged.
    pub(crate) fn free_of_charge(&self) -> Usage {
        unused(self.clock.elapsed())
    }

    /// The `time` of something that started at `start`, in seconds since the portal's start, and ends now.
    pub(crate) fn time(&self, start: f64, processing: f64, usage: Usage) -> Time {
        let finish = self.clock.elapsed();
        let unix = (self.clock.unix_at(start), self.clock.unix_at(finish));
        let mut time = Time {
            start: unix.0,
            finish: unix.1,
            duration: finish - start,
            processing,
            date_start: portal_time::iso(unix.0.floor() as i64),
            date_finish: portal_time::iso(unix.1.floor() as i64),
            operating_reset_at: 0,
            operating: 0.0,
        };
        self.tell_usage(&mut time, usage);
        time
    }

    /// Puts what is used of a method into a `time`.
    pub(crate) fn tell_usage(&self, time: &mut Time, usage: Usage) {
        time.operating = usage.operating;
        time.operating_reset_at = self.clock.unix_at(usage.reset_at) as i64;
    }

    /// Changes the statistics.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Statistics)) {
        change(&mut locked(&self.statistics));
    }

    /// Counts a request or command that did not run.
    pub(crate) fn count_refused(&self, code: &str) {
        self.count(|statistics| *statistics.refused.entry(code.to_owned()).or_default() += 1);
    }
}

/// Locks; what a panic elsewhere left behind is still the portal's state.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unused(now: f64) -> Usage {
    Usage { operating: 0.0, reset_at: now + crate::settings::OperatingLimit::default().window }
}
