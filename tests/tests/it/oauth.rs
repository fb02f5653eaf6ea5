//! An application's tokens: when they are renewed, and what a run sees of it.

mod refusals;
mod renewal;
mod stores;

use b24delete::{Client, ClientOptions, LeadId, OAuthOptions};
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::{Emulator, Settings};
use b24delete_tests::in_process::{application, client, in_process, portal, unlimited};

/// A portal without limits on which access tokens live for `token_ttl` seconds.
fn expiring(leads: u64, token_ttl: f64) -> Settings {
    let mut settings = unlimited(leads);
    settings.token_ttl = token_ttl;
    settings
}

/// A client that is the portal's application.
fn application_client(portal: &Emulator, adjust: impl FnOnce(&mut OAuthOptions)) -> Client {
    let mut oauth = application(portal);
    adjust(&mut oauth);
    let mut options = in_process(ClientOptions::oauth(oauth), portal);
    options.rate_limit = b24delete::RateLimit::OFF;
    options.concurrency = 8;
    client(options)
}

fn lead(id: i64) -> LeadId {
    LeadId::new(id).unwrap()
}

/// How often the authorization server was asked.
fn asked(portal: &Emulator) -> u64 {
    portal.statistics().executed.get("oauth.token").copied().unwrap_or_default()
}

/// How often the portal refused with that word.
fn refused(portal: &Emulator, code: &str) -> u64 {
    portal.statistics().refused.get(code).copied().unwrap_or_default()
}

/// A fault at the token endpoint, after the server has done its work.
fn lost_renewal(fault: Fault) -> FaultRule {
    FaultRule { moment: Moment::After, count: Some(1), ..FaultRule::new("oauth.token", fault) }
}
