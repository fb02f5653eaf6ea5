//! How the portal is reached.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use b24delete::{Api, Error, OperatingLimit, RateLimit};
use clap::Args;

/// How the portal is reached and how fast.
#[derive(Debug, Args)]
#[command(next_help_heading = "Portal")]
pub(crate) struct ConnectionArguments {
    /// File that holds the URL of an inbound webhook, `-` for stdin; or set `B24_WEBHOOK`
    #[arg(long, value_name = "FILE", display_order = 40)]
    pub(crate) webhook_file: Option<PathBuf>,
    /// Application or webhook by its name in `profiles.toml`; without it, `B24_REST` and its companions name an
    /// application
    #[arg(long, value_name = "NAME", conflicts_with_all = ["webhook_file", "webhook"], display_order = 40)]
    pub(crate) profile: Option<String>,
    /// REST methods for leads and contacts: `classic` is `crm.lead.delete` and `crm.contact.delete`, `item` is
    /// `crm.item.delete`
    #[arg(long, value_name = "classic|item", default_value = "classic", value_parser = read::<Api>, display_order = 41)]
    pub(crate) api: Api,
    /// The portal's limit on requests: X at once, then Y per second. `standard` is `50/2`, `enterprise` is `250/5`
    #[arg(
        long,
        value_name = "standard|enterprise|off|X/Y",
        default_value = "standard",
        value_parser = spelled::<RateLimit>,
        display_order = 42
    )]
    pub(crate) limits: Spelled<RateLimit>,
    /// The portal's limit on execution time: S seconds of a method's work in W seconds
    #[arg(
        long,
        value_name = "S/W|off",
        default_value = "480/600",
        value_parser = spelled::<OperatingLimit>,
        display_order = 43
    )]
    pub(crate) operating: Spelled<OperatingLimit>,
    /// How long to wait for the answer to a request
    #[arg(long, value_name = "SECONDS", default_value = "150", value_parser = seconds, display_order = 44)]
    pub(crate) request_timeout: Duration,
    /// How long a lost request may still be at work on the portal
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds, display_order = 45)]
    pub(crate) settle_time: Duration,
    /// Requests at a time, 1 to 64; counts only with `--limits off`
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        value_parser = clap::value_parser!(u8).range(1..=64),
        display_order = 46
    )]
    pub(crate) concurrency: u8,
    /// URL of an inbound webhook; other users of this machine can see it in the process list
    #[arg(long, value_name = "URL", conflicts_with = "webhook_file", display_order = 47)]
    pub(crate) webhook: Option<String>,
}

/// A value with the text that was typed for it.
#[derive(Debug, Clone)]
pub(crate) struct Spelled<T> {
    pub(crate) value: T,
    pub(crate) text: String,
}

fn spelled<T: FromStr<Err = Error>>(text: &str) -> Result<Spelled<T>, String> {
    read(text).map(|value| Spelled { value, text: text.to_owned() })
}

/// Reads a value whose own error says what is allowed.
pub(super) fn read<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: Error| error.description().to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.0..=86_400.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "a number of seconds from 0 to 86400 is needed".to_owned())
}
