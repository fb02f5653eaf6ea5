//! How the portal is set up.

mod options;

use std::path::PathBuf;

use crate::faults::FaultRule;
use crate::profile::Profile;
use crate::store::Seed;

pub use options::{
    AfterCut, Charge, MethodCost, MethodPattern, OperatingLimit, OptionError, RateLimit, parse_operating,
    parse_rate_limit,
};

/// Everything that can be set about an emulated portal.
///
/// The default is an empty portal in memory with the limits that the cloud documents, and without cost or faults.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The port on the loopback interface; 0 takes a free one.
    pub port: u16,
    /// The file that keeps the records; `None` keeps them in memory.
    pub database: Option<PathBuf>,
    /// The records that an empty portal starts with.
    pub seed: Seed,
    /// Which of the contradicting sources the answers follow.
    pub profile: Profile,
    /// The rate limit on HTTP requests; `None` switches it off.
    pub limits: Option<RateLimit>,
    /// Whether a request that the rate limit refused fills the bucket too. The documentation does not say.
    pub count_refused: bool,
    /// The limit on operating time; `None` switches it off.
    pub operating: Option<OperatingLimit>,
    /// To which method the time of a batch is charged.
    pub charge: Charge,
    /// The time that commands take; the last entry that matches a method counts.
    pub cost: Vec<MethodCost>,
    /// The seconds after which a request is cut by the gateway; `None` never cuts.
    pub cut: Option<f64>,
    /// What the portal does with a request that was cut.
    pub after_cut: AfterCut,
    /// Whether every request is kept word for word, secrets included: see `Emulator::received`.
    pub record_requests: bool,
    /// The faults that are set from the start.
    pub faults: Vec<FaultRule>,
    /// Whether the webhook's address is https.
    pub tls: bool,
    /// Whether the port also answers `CONNECT`, as a proxy that leads every host name to this portal.
    pub connect_proxy: bool,
    /// The secret code of the webhook; `None` takes a random one.
    pub webhook_code: Option<String>,
    /// The scopes of the webhook and of the application.
    pub scopes: Vec<String>,
    /// The seconds after which an access token expires.
    pub token_ttl: f64,
    /// The seconds for which a refresh token works on after its use. The documentation knows none.
    pub refresh_grace: f64,
    /// Where the application wants its users to be redirected with a code.
    pub redirect_uri: String,
    /// Where the randomness of faults starts.
    pub random_seed: u64,
    /// The portal's clock at its start, in Unix seconds; `None` takes the time of this machine.
    pub start_time: Option<f64>,
    /// Seconds by which the portal's clock is wrong.
    pub clock_skew: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            database: None,
            seed: Seed::default(),
            profile: Profile::default(),
            limits: Some(RateLimit::default()),
            count_refused: false,
            operating: Some(OperatingLimit::default()),
            charge: Charge::default(),
            cost: Vec::new(),
            cut: None,
            after_cut: AfterCut::default(),
            record_requests: false,
            faults: Vec::new(),
            tls: false,
            connect_proxy: false,
            webhook_code: None,
            scopes: ["crm", "user", "user_basic", "user_brief"].map(str::to_owned).to_vec(),
            token_ttl: 3600.0,
            refresh_grace: 0.0,
            redirect_uri: "https://app.b24.test/".to_owned(),
            random_seed: 0,
            start_time: None,
            clock_skew: 0.0,
        }
    }
}

impl Settings {
    /// The seconds that one command of that method takes; `method` is in lower case.
    pub(crate) fn cost_of(&self, method: &str) -> f64 {
        self.cost.iter().rev().find(|cost| cost.method.matches(method)).map_or(0.0, |cost| cost.seconds)
    }
}
