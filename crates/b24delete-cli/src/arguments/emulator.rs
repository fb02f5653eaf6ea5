//! The options of the local portal.

use std::path::PathBuf;

use b24delete_emulator::settings::{
    AfterCut, Charge, MethodCost, OperatingLimit, RateLimit, parse_operating, parse_rate_limit,
};
use clap::{Args, ValueEnum};

/// The options of the local portal.
#[derive(Debug, Args)]
pub(crate) struct EmulatorArguments {
    /// Port on the loopback interface, 0 for a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Keep the records in this file instead of memory
    #[arg(long, value_name = "FILE")]
    pub(crate) database: Option<PathBuf>,
    /// Leads to begin with
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Records")]
    pub(crate) leads: u64,
    /// Contacts to begin with
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Records")]
    pub(crate) contacts: u64,
    /// Contacts bound to each lead
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Records")]
    pub(crate) links_per_lead: u64,
    /// Activities of each lead alone
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Records")]
    pub(crate) activities_per_lead: u64,
    /// Activities that belong to two leads each
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Records")]
    pub(crate) shared_activities: u64,
    /// Refusals as the methods' pages word them, or as seen on portals
    #[arg(long, value_enum, default_value_t = ProfileName::Documented, help_heading = "Answers")]
    pub(crate) profile: ProfileName,
    /// Answer of `crm.lead.contact.delete` when the contact is not bound to the lead
    #[arg(long, value_enum, default_value_t = UnlinkedAnswer::False, help_heading = "Answers")]
    pub(crate) unlinked: UnlinkedAnswer,
    /// Limit on requests: X at once, then Y per second
    #[arg(long, value_name = "X/Y|off", default_value = "50/2", value_parser = rate_limit, help_heading = "Limits")]
    pub(crate) limits: Limit<RateLimit>,
    /// Limit on operating time: S seconds of a method's work in W seconds
    #[arg(long, value_name = "S/W|off", default_value = "480/600", value_parser = operating, help_heading = "Limits")]
    pub(crate) operating: Limit<OperatingLimit>,
    /// To which method the time of a batch is charged
    #[arg(long, value_name = "nested|batch", default_value = "nested", help_heading = "Limits")]
    pub(crate) charge: Charge,
    /// Time that a method takes; `*` in its name stands for any text
    #[arg(long, value_name = "METHOD=SECONDS", help_heading = "Limits")]
    pub(crate) cost: Vec<MethodCost>,
    /// Let access tokens expire after so many seconds
    #[arg(long, value_name = "S", default_value = "3600", value_parser = positive_seconds, help_heading = "Limits")]
    pub(crate) token_ttl: f64,
    /// Cut requests after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = positive_seconds, help_heading = "Faults")]
    pub(crate) cut: Option<f64>,
    /// What the portal does with a request that was cut
    #[arg(long, value_name = "stop|finish-command|run-on", default_value = "stop", help_heading = "Faults")]
    pub(crate) after_cut: AfterCut,
    /// JSON file with a list of fault rules
    #[arg(long, value_name = "FILE", help_heading = "Faults")]
    pub(crate) faults: Option<PathBuf>,
    /// Keep every request word for word, secrets included, for `requests` of the control interface
    #[arg(long, help_heading = "Network")]
    pub(crate) record_requests: bool,
    /// Serve https, with a certificate of its own authority
    #[arg(long, help_heading = "Network")]
    pub(crate) tls: bool,
    /// Also answer CONNECT as a proxy that leads every host to this portal
    #[arg(long, help_heading = "Network")]
    pub(crate) connect_proxy: bool,
}

/// A limit, or none: clap would take an `Option` for one that was not typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit<T>(pub(crate) Option<T>);

/// Whose words the refusals follow.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ProfileName {
    /// The methods' own pages
    Documented,
    /// The verified pages of sibling methods
    Observed,
}

/// The answer to deleting a binding that does not exist.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum UnlinkedAnswer {
    /// `result: false`
    False,
    /// A refusal, as for a lead that does not exist
    #[value(name = "not_found")]
    NotFound,
    /// `result: true`
    True,
}

fn rate_limit(text: &str) -> Result<Limit<RateLimit>, String> {
    parse_rate_limit(text).map(Limit).map_err(|error| error.to_string())
}

fn operating(text: &str) -> Result<Limit<OperatingLimit>, String> {
    parse_operating(text).map(Limit).map_err(|error| error.to_string())
}

fn positive_seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0 && seconds.is_finite());
    seconds.ok_or_else(|| "a number of seconds above 0 is needed".to_owned())
}
