//! What was typed and what the environment adds, resolved once into values without open questions.

mod access;
mod connection;
mod delete;
mod emulator;
mod job;
mod profiles;
mod webhook_file;

use b24delete::{ClientOptions, Result};

pub(crate) use self::access::{Access, Named};
pub(crate) use self::connection::ConnectionSettings;
pub(crate) use self::delete::{DeleteSettings, Selection};
pub(crate) use self::emulator::emulator_settings;
pub(crate) use self::job::{JobSettings, job_directory};

/// The options of a client for the portal that the environment names: `B24_WEBHOOK`, or `B24_REST` and the variables
/// of an application.
///
/// # Errors
/// `config` when it names none or more than one, or a variable is missing.
pub fn client_options_from_environment() -> Result<ClientOptions> {
    client_options(Named::default())
}

/// The options of a client for the portal of that name in the user's file of profiles.
///
/// # Errors
/// `config` when there is no such profile or it is incomplete.
pub fn client_options_from_profile(name: &str) -> Result<ClientOptions> {
    client_options(Named { profile: Some(name.to_owned()), ..Named::default() })
}

fn client_options(named: Named) -> Result<ClientOptions> {
    let mut warnings = Vec::new();
    let access = Access::resolve(named, &mut warnings)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok(access.client_options())
}
