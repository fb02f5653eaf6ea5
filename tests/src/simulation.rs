//! A deterministic simulation: the real client against the emulated portal on paused time, judged by the portal's own
//! log. One seed is one run; the same seed gives the same run.

mod actor;
mod check;
mod clock;
mod dice;
mod drive;
mod history;
mod mutant;
mod reading;
mod report;
mod setup;
mod story;
mod thing;
mod truth;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use b24delete::Client;
use b24delete_emulator::Emulator;
use tokio::runtime;

use self::clock::Clock;
use self::history::History;
use self::setup::Setup;
use self::story::Story;
use self::truth::Truth;
use self::wire::Wire;

pub use self::mutant::Mutant;
pub use self::report::{Failure, Totals};

/// A run that has not ended by then never will.
const DAYS: Duration = Duration::from_secs(30 * 24 * 3600);

/// Runs one seed, with the right engine or a wrong one, and judges it.
///
/// # Errors
/// What broke which invariant, and how to see it again.
///
/// # Panics
/// When no runtime can be made.
#[expect(clippy::expect_used, reason = "without a runtime there is nothing to simulate")]
pub fn run(seed: u64, mutant: Option<Mutant>, totals: &mut Totals) -> Result<(), Box<Failure>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("the runtime starts");
    let story = runtime.block_on(play(Setup::draw(seed), mutant));
    totals.count(&story);
    let mut violations = check::violations(&story);
    if mutant.is_some() {
        // That a wrong engine takes risks is no discovery: what counts is harm.
        violations.retain(|violation| violation.harmful);
    }
    match violations.is_empty() {
        true => Ok(()),
        false => Err(Box::new(Failure::new(story, violations, mutant))),
    }
}

/// Plays a run to its end, and waits until nothing is left at work on the portal.
async fn play(setup: Setup, mutant: Option<Mutant>) -> Story {
    let portal = setup.portal.open();
    // Clones share the router that is there when they are made.
    drop(portal.router());
    portal.add_faults(setup.weather.faults.clone());
    let begin = portal.snapshot().unwrap_or_default();
    let history = Arc::new(History::new(Clock::start(), portal.clone()));
    for step in &setup.actor {
        tokio::spawn(actor::act(portal.clone(), *step));
    }
    if let Some(rebinder) = setup.rebinder {
        tokio::spawn(actor::rebind(portal.clone(), rebinder));
    }
    let client = client(&setup, &portal, &history, mutant);
    // In a task of its own: it then sees what happens in the same order as the client's tasks do.
    let driving = tokio::spawn(drive::drive(client, setup.work.clone(), Arc::clone(&history), mutant));
    let driven = tokio::time::timeout(DAYS, driving).await;
    Clock::sleep(2.0 * setup.client.settle_time + 3600.0).await;
    let log = portal.executions(0);
    let finished = matches!(driven, Ok(Ok(_)));
    let events = std::mem::take(&mut *history.events());
    Story {
        truth: Truth::replay(&begin, &log),
        end: portal.snapshot().unwrap_or_default(),
        statistics: portal.statistics(),
        summary: driven.ok().and_then(Result::ok).flatten(),
        setup,
        events,
        log,
        finished,
    }
}

#[expect(clippy::expect_used, reason = "a run without its client has nothing to say")]
fn client(setup: &Setup, portal: &Emulator, history: &Arc<History>, mutant: Option<Mutant>) -> Client {
    let wire = Arc::new(Wire::new(setup, portal.clone(), Arc::clone(history)));
    let mut options = setup.client.options();
    match mutant {
        Some(mutant) => mutant.infect(&mut options, wire),
        None => options.transport = Some(wire),
    }
    Client::new(options).expect("the options are right")
}
