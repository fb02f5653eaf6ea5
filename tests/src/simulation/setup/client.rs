//! Random options of a client.

use std::time::Duration;

use b24delete::{Api, ClientOptions, OperatingLimit, RateLimit};

use super::PortalPlan;
use super::portal::WEBHOOK_CODE;
use crate::simulation::dice::Dice;

/// The host name that the client sees.
pub(crate) const HOST: &str = "https://portal.b24.test";

/// The options of the client.
#[derive(Debug, Clone)]
pub(crate) struct ClientPlan {
    /// The limit on requests, as capacity and rate.
    pub(crate) rate: Option<(f64, f64)>,
    /// The limit on execution time, as budget and window.
    pub(crate) operating: Option<(f64, f64)>,
    /// Seconds until a request is given up.
    pub(crate) request_timeout: f64,
    /// Seconds that a lost request may be at work: longer than any is.
    pub(crate) settle_time: f64,
    /// Requests at a time where nothing limits them.
    pub(crate) concurrency: usize,
    /// Whether records go through crm.item.delete.
    pub(crate) item_api: bool,
    /// Where the randomness of pauses starts.
    pub(crate) random_seed: u64,
}

impl ClientPlan {
    /// Random options for a portal on which no request is at work for more than `longest` seconds.
    pub(super) fn draw(dice: &mut Dice, portal: &PortalPlan, calm: bool, longest: f64) -> Self {
        let rate = portal.rate.map(|limit| (limit.capacity, limit.per_second));
        let operating = portal.operating.map(|limit| (limit.seconds, limit.window));
        // A client that does not know the limits meets refusals, which must cost nothing but time.
        let careless = !calm && dice.chance(0.15);
        let request_timeout = match calm {
            true => longest + 10.0,
            false => dice.pick(&[150.0, 150.0, 30.0, 8.0]),
        };
        Self {
            rate: if careless { None } else { rate },
            operating: if careless { None } else { operating },
            request_timeout,
            settle_time: (longest + dice.seconds(1.0, 60.0)).max(dice.pick(&[0.0, 60.0, 300.0])),
            concurrency: usize::try_from(dice.whole(1, 4)).unwrap_or(1),
            item_api: dice.chance(0.3),
            random_seed: dice.whole(0, u64::MAX),
        }
    }

    /// True when the client stays within the portal's limits.
    pub(super) fn keeps_the_limits(&self, portal: &PortalPlan) -> bool {
        self.rate.is_some() == portal.rate.is_some() && self.operating.is_some() == portal.operating.is_some()
    }

    /// The options, all but the transport.
    pub(crate) fn options(&self) -> ClientOptions {
        let mut options = ClientOptions::webhook(format!("{HOST}/rest/1/{WEBHOOK_CODE}/"));
        let rate = self.rate.and_then(|(capacity, per_second)| RateLimit::new(capacity, per_second).ok());
        options.rate_limit = rate.unwrap_or(RateLimit::OFF);
        let operating = self.operating.and_then(|(budget, window)| OperatingLimit::new(budget, window).ok());
        options.operating_limit = operating.unwrap_or(OperatingLimit::OFF);
        options.request_timeout = Duration::from_secs_f64(self.request_timeout);
        options.settle_time = Duration::from_secs_f64(self.settle_time);
        options.concurrency = self.concurrency;
        options.api = if self.item_api { Api::Item } else { Api::Classic };
        options.random_seed = Some(self.random_seed);
        options
    }
}
