//! Random work: a run or single calls, and somebody else at work on the same records.

use b24delete::Operation;

use super::PortalPlan;
use crate::simulation::dice::Dice;

/// What the client is asked to do.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// One run over many operations.
    Run(RunPlan),
    /// One call after the other.
    Calls(Vec<Call>),
}

/// A run over many operations.
#[derive(Debug, Clone)]
pub(crate) struct RunPlan {
    /// The operations, in order.
    pub(crate) operations: Vec<Operation>,
    /// How they come.
    pub(crate) pulling: Pulling,
    /// Seconds that the caller spends on each outcome.
    pub(crate) slowness: f64,
    /// How the caller ends the run.
    pub(crate) ending: Ending,
    /// How many operations may fail.
    pub(crate) max_failures: Option<u64>,
}

/// How operations come from their source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pulling {
    /// All at hand.
    AtOnce,
    /// One every so many seconds.
    Paced(f64),
    /// An error after so many.
    FailsAfter(usize),
}

/// How the caller ends a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ending {
    /// Not at all.
    Wait,
    /// Cancels after so many seconds and waits for the rest.
    Cancel(f64),
    /// Leaves after so many outcomes.
    LeaveAfter(usize),
    /// Leaves after so many seconds.
    LeaveAt(f64),
}

/// A single call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// What it deletes.
    pub(crate) operation: Operation,
    /// Seconds that it may take.
    pub(crate) deadline: Option<f64>,
    /// Seconds after which the caller no longer waits.
    pub(crate) abandoned: Option<f64>,
}

impl Work {
    pub(super) fn draw(dice: &mut Dice, portal: &PortalPlan) -> Self {
        if dice.chance(0.2) {
            let operations = operations(dice, portal, 4, true);
            let call = |operation| Call {
                operation,
                deadline: dice.maybe(0.4, |dice| dice.seconds(0.01, 400.0)),
                abandoned: dice.maybe(0.1, |dice| dice.seconds(0.01, 400.0)),
            };
            return Self::Calls(operations.into_iter().map(call).collect());
        }
        let slowness = if dice.chance(0.15) { dice.seconds(0.05, 60.0) } else { 0.0 };
        let most = if portal.records.leads > 10 { 80 } else { 14 };
        Self::Run(RunPlan {
            // When the caller lags behind, what the log shows could not be told apart for repeated operations.
            operations: operations(dice, portal, most, slowness > 0.0),
            pulling: match dice.whole(0, 9) {
                0 => Pulling::FailsAfter(usize::try_from(dice.whole(0, 8)).unwrap_or_default()),
                1 => Pulling::Paced(dice.seconds(0.01, 100.0)),
                _ => Pulling::AtOnce,
            },
            slowness,
            ending: match dice.whole(0, 11) {
                0 | 1 => Ending::Cancel(dice.seconds(0.005, 600.0)),
                2 => Ending::LeaveAfter(usize::try_from(dice.whole(0, 6)).unwrap_or_default()),
                3 => Ending::LeaveAt(dice.seconds(0.005, 600.0)),
                _ => Ending::Wait,
            },
            max_failures: dice.maybe(0.15, |dice| dice.whole(0, 2)),
        })
    }

    /// Every operation.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        match self {
            Self::Run(run) => run.operations.clone(),
            Self::Calls(calls) => calls.iter().map(|call| call.operation).collect(),
        }
    }

    /// Seconds for which the portal works on the longest request that could be sent.
    pub(super) fn longest_request(&self, portal: &PortalPlan) -> f64 {
        let [delete, delete_contact, _] = portal.cost;
        let commands = if matches!(self, Self::Run(_)) { self.operations().len().min(50) } else { 1 };
        #[expect(clippy::cast_precision_loss, reason = "a pack has at most 50 operations")]
        let commands = commands as f64;
        commands * delete.max(delete_contact) + 2.0
    }
}

/// Operations over few records, so that they meet; distinct or with repetitions.
fn operations(dice: &mut Dice, portal: &PortalPlan, most: u64, distinct: bool) -> Vec<Operation> {
    let count = dice.whole(1, most);
    let mut operations: Vec<Operation> = Vec::new();
    for _ in 0..count {
        let lead = portal.any_lead(dice);
        let contact = portal.any_contact(dice);
        let operation = match dice.whole(0, 9) {
            0..=3 => Operation::lead(lead),
            4 | 5 => Operation::contact(contact),
            6 | 7 => Operation::lead_contact(lead, contact),
            _ => Operation::lead_contact_items(lead),
        };
        let Ok(operation) = operation else { continue };
        if !distinct || !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    operations
}

/// Something that somebody else does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActorStep {
    /// When, in seconds from the start.
    pub(crate) at: f64,
    /// What.
    pub(crate) deed: Deed,
}

/// What somebody else may do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    /// Deletes a lead.
    DeleteLead(i64),
    /// Deletes a contact.
    DeleteContact(i64),
    /// Takes a contact off a lead.
    Unlink(i64, i64),
    /// Links a contact to a lead, with this SORT.
    Link(i64, i64, i64),
    /// Takes a contact off a lead and links it again, with this SORT.
    Relink(i64, i64, i64),
    /// Adds a lead and a contact.
    Add,
    /// Sets the portal's clock wrong by so many hours.
    TurnClock(i64),
}

impl ActorStep {
    pub(super) fn draw(dice: &mut Dice, portal: &PortalPlan) -> Self {
        let lead = portal.any_lead(dice);
        let contact = portal.any_contact(dice);
        let sort = dice.pick(&[10, 20, 500]);
        let deed = match dice.whole(0, 9) {
            0 | 1 => Deed::DeleteLead(lead),
            2 => Deed::DeleteContact(contact),
            3 => Deed::Unlink(lead, contact),
            4 | 5 => Deed::Link(lead, contact, sort),
            6 | 7 => Deed::Relink(lead, contact, sort),
            8 => Deed::Add,
            _ => Deed::TurnClock(dice.id(-12, 12)),
        };
        Self { at: dice.seconds(0.002, 600.0), deed }
    }
}

/// Somebody who links again what the client has unlinked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rebinder {
    /// Looks every so many seconds.
    pub(crate) every: f64,
    /// Links with this SORT.
    pub(crate) sort: i64,
    /// So many times at most.
    pub(crate) times: u64,
}

impl Rebinder {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        Self { every: dice.seconds(0.02, 30.0), sort: dice.pick(&[10, 700]), times: dice.whole(1, 3) }
    }
}
