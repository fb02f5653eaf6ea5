//! Faults on demand: rules that make the portal, or the way to it, fail.

mod kind;

use std::error::Error;
use std::fmt;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::settings::MethodPattern;

pub use kind::Fault;

use kind::Level;

#[cfg(test)]
mod tests;

/// When something fails, and how.
///
/// A rule counts what its pattern matches and fires where `nth`, `every` and `probability`, as far as they are given,
/// all allow it. If several rules fire at once, the first one counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The methods that it strikes; `batch` is the batch itself. Faults of the transport strike a batch also through
    /// the methods of its commands.
    #[serde(default)]
    pub method: MethodPattern,
    /// Only the match of that number, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Only each match whose number is a multiple of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Only so many of all matches, from 0 to 1, at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Only so many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// What the portal executes of the request all the same.
    #[serde(default, rename = "where")]
    pub moment: Moment,
    /// What happens.
    pub fault: Fault,
}

impl FaultRule {
    /// A rule that always strikes these methods, before anything is executed.
    #[must_use]
    pub fn new(method: &str, fault: Fault) -> Self {
        let always = Self {
            method: MethodPattern::default(),
            nth: None,
            every: None,
            probability: None,
            count: None,
            moment: Moment::Before,
            fault,
        };
        Self { method: method.into(), ..always }
    }
}

/// A text that does not hold fault rules.
#[derive(Debug)]
pub struct FaultRulesError(serde_json::Error);

impl fmt::Display for FaultRulesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "these are not fault rules: {}", self.0)
    }
}

impl Error for FaultRulesError {}

/// Reads a JSON list of fault rules, such as
/// `[{"method": "crm.*.delete", "nth": 3, "where": "after", "fault": {"kind": "reset"}}]`.
///
/// # Errors
///
/// When the text is no such list; the message names the place.
pub fn parse_fault_rules(text: &str) -> Result<Vec<FaultRule>, FaultRulesError> {
    serde_json::from_str(text).map_err(FaultRulesError)
}

/// What is executed of a request, or command, that a fault strikes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Nothing.
    #[default]
    Before,
    /// Everything.
    After,
    /// The first commands of a batch, so many.
    AfterCommands(usize),
    /// Everything, but only so many seconds after the client has its answer or has lost it.
    Later(f64),
}

/// A fault that fired, with what is executed all the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    pub(crate) moment: Moment,
}

/// The rules in force with what they have seen so far.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<ArmedRule>,
    random: StdRng,
}

#[derive(Debug)]
struct ArmedRule {
    rule: FaultRule,
    seen: u64,
    fired: u64,
}

impl Faults {
    /// Arms the rules; the same seed gives the same faults for the same requests.
    pub(crate) fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        let mut faults = Self { rules: Vec::new(), random: StdRng::seed_from_u64(seed) };
        faults.add(rules);
        faults
    }

    /// Arms more rules, behind those in force.
    pub(crate) fn add(&mut self, rules: Vec<FaultRule>) {
        self.rules.extend(rules.into_iter().map(|rule| ArmedRule { rule, seen: 0, fired: 0 }));
    }

    /// Lifts all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules in force.
    pub(crate) fn rules(&self) -> Vec<FaultRule> {
        self.rules.iter().map(|armed| armed.rule.clone()).collect()
    }

    /// The fault that strikes a request of that method, which may be a batch of those commands.
    pub(crate) fn strike_request(&mut self, method: &str, commands: &[&str]) -> Option<Strike> {
        self.strike(|rule| match rule.fault.level() {
            Level::Request => {
                rule.method.matches(method) || commands.iter().any(|command| rule.method.matches(command))
            }
            Level::Either => rule.method.matches(method),
            Level::Command | Level::Record => false,
        })
    }

    /// The fault that strikes one command of a batch.
    pub(crate) fn strike_command(&mut self, method: &str) -> Option<Strike> {
        self.strike(|rule| {
            matches!(rule.fault.level(), Level::Either | Level::Command) && rule.method.matches(method)
        })
    }

    /// For how many seconds a record is still found although that method deletes it now.
    pub(crate) fn strike_record(&mut self, method: &str) -> Option<f64> {
        let strike =
            self.strike(|rule| rule.fault.level() == Level::Record && rule.method.matches(method))?;
        if let Fault::Linger { seconds } = strike.fault { Some(seconds) } else { None }
    }

    fn strike(&mut self, matches: impl Fn(&FaultRule) -> bool) -> Option<Strike> {
        let mut strike = None;
        for armed in self.rules.iter_mut().filter(|armed| matches(&armed.rule)) {
            if armed.fires(&mut self.random) && strike.is_none() {
                armed.fired += 1;
                strike = Some(Strike { fault: armed.rule.fault.clone(), moment: armed.rule.moment });
            }
        }
        strike
    }
}

impl ArmedRule {
    /// Counts a match, and says whether the rule fires at it.
    fn fires(&mut self, random: &mut StdRng) -> bool {
        self.seen += 1;
        // The die is cast at each match, so that a rule's limits do not shift the faults of the others.
        let chosen = self.rule.probability.is_none_or(|probability| random.random::<f64>() < probability);
        chosen
            && self.rule.nth.is_none_or(|nth| nth == self.seen)
            && self.rule.every.is_none_or(|every| self.seen.checked_rem(every) == Some(0))
            && self.rule.count.is_none_or(|count| self.fired < count)
    }
}
