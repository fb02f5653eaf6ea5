//! The commands about an application's login.

use clap::{Args, Subcommand};

/// `auth`
#[derive(Debug, Args)]
pub(crate) struct AuthArguments {
    #[command(subcommand)]
    pub(crate) action: AuthAction,
    /// Application by its name in `profiles.toml`; without it, `B24_REST` and its companions name one
    #[arg(long, value_name = "NAME", global = true, help_heading = "Portal", display_order = 40)]
    pub(crate) profile: Option<String>,
}

/// What is to be done about the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub(crate) enum AuthAction {
    /// Log in: prints the portal's page to open, then takes the address that it led to from stdin
    Login,
    /// Show what is known of the login; sends nothing
    Status,
    /// Renew the tokens now; calls do that by themselves when it is needed
    Refresh,
}
