//! The local portal's settings from its options.

use std::path::Path;

use b24delete_emulator::Settings;
use b24delete_emulator::faults::FaultRule;
use b24delete_emulator::profile::{Answers, Unlinked};
use b24delete_jobs::text::shortened;

use crate::arguments::{EmulatorArguments, ProfileName, UnlinkedAnswer};
use crate::failure::Failure;

/// The portal that the options describe.
///
/// # Errors
/// When the file of faults cannot be read.
pub(crate) fn emulator_settings(arguments: EmulatorArguments) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    settings.port = arguments.port;
    settings.database = arguments.database;
    settings.seed.leads = arguments.leads;
    settings.seed.contacts = arguments.contacts;
    settings.seed.links_per_lead = arguments.links_per_lead;
    settings.seed.activities_per_lead = arguments.activities_per_lead;
    settings.seed.shared_activities = arguments.shared_activities;
    settings.profile.answers = match arguments.profile {
        ProfileName::Documented => Answers::Documented,
        ProfileName::Observed => Answers::Observed,
    };
    settings.profile.unlinked = match arguments.unlinked {
        UnlinkedAnswer::False => Unlinked::False,
        UnlinkedAnswer::NotFound => Unlinked::NotFound,
        UnlinkedAnswer::True => Unlinked::True,
    };
    settings.limits = arguments.limits.0;
    settings.operating = arguments.operating.0;
    settings.charge = arguments.charge;
    settings.cost = arguments.cost;
    settings.token_ttl = arguments.token_ttl;
    settings.cut = arguments.cut;
    settings.after_cut = arguments.after_cut;
    settings.record_requests = arguments.record_requests;
    settings.tls = arguments.tls;
    settings.connect_proxy = arguments.connect_proxy;
    if let Some(path) = &arguments.faults {
        settings.faults = faults(path)?;
    }
    Ok(settings)
}

fn faults(path: &Path) -> Result<Vec<FaultRule>, Failure> {
    let name = shortened(&path.to_string_lossy(), 60);
    let text = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("faults file `{name}` could not be read: {error}")))?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::usage(format!("faults file `{name}` is not a list of fault rules: {error}"))
    })
}
