//! Random faults of the portal and of the way to it.
//!
//! Faults may be as odd as they like, but the portal does not lie: what it refuses in words that promise that nothing
//! ran did not run, and what it calls a success was one. No client could tell otherwise.

use b24delete_emulator::faults::{Fault, FaultRule, Moment};

use super::portal::WEBHOOK_CODE;
use crate::simulation::dice::Dice;

/// What goes wrong in a run.
#[derive(Debug, Clone)]
pub(crate) struct Weather {
    /// Faults of the portal.
    pub(crate) faults: Vec<FaultRule>,
    /// Faults of the way to it.
    pub(crate) network: Vec<NetworkRule>,
    /// Seconds on the way there and back at most.
    pub(crate) latency: f64,
    /// Nothing is to go wrong.
    calm: bool,
}

/// A fault of the way to the portal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NetworkRule {
    /// How likely it strikes a request.
    pub(crate) probability: f64,
    /// How often at most.
    pub(crate) count: u64,
    /// What happens.
    pub(crate) mishap: Mishap,
}

/// What happens to a request on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mishap {
    /// No connection.
    NoConnection,
    /// No TLS.
    NoTls,
    /// The connection breaks before the portal has the request.
    LostBefore,
    /// The connection breaks, and the portal gets the request so many seconds later all the same.
    LostAndLate(f64),
    /// The portal gets the request late.
    Late(f64),
    /// The reply is lost.
    ReplyLost,
}

impl Weather {
    /// Nothing goes wrong.
    pub(super) fn calm() -> Self {
        Self { faults: Vec::new(), network: Vec::new(), latency: 0.05, calm: true }
    }

    /// Random faults.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let mut faults = Vec::new();
        for _ in 0..dice.whole(0, 3) {
            faults.push(timed(dice, loss));
        }
        for _ in 0..dice.whole(0, 2) {
            let rule = dice.pick(&[refusal, of_command, of_lookups, of_lookups]);
            faults.push(timed(dice, rule));
        }
        if dice.chance(0.2) {
            faults.push(timed(dice, lingering));
        }
        let network = (0..dice.whole(0, 1)).map(|_| NetworkRule::draw(dice)).collect();
        Self { faults, network, latency: dice.seconds(0.002, 0.5), calm: false }
    }

    /// True when nothing goes wrong.
    pub(crate) fn is_calm(&self) -> bool {
        self.calm
    }

    /// Seconds for which a request may lie still before the portal works on it.
    pub(super) fn longest_delay(&self) -> f64 {
        let of_portal = self.faults.iter().map(|rule| match (&rule.fault, rule.moment) {
            (Fault::Stall { seconds: Some(seconds) }, _) => *seconds,
            (_, Moment::Later(seconds)) => seconds,
            _ => 0.0,
        });
        let of_network = self.network.iter().map(|rule| match rule.mishap {
            Mishap::Late(seconds) | Mishap::LostAndLate(seconds) => seconds,
            _ => 0.0,
        });
        of_portal.fold(0.0, f64::max) + of_network.fold(0.0, f64::max) + 2.0 * self.latency
    }
}

impl NetworkRule {
    fn draw(dice: &mut Dice) -> Self {
        let mishap = match dice.whole(0, 6) {
            0 => Mishap::NoConnection,
            1 => Mishap::NoTls,
            2 => Mishap::LostBefore,
            3 => Mishap::LostAndLate(dice.seconds(0.05, 120.0)),
            4 => Mishap::Late(dice.seconds(0.05, 200.0)),
            _ => Mishap::ReplyLost,
        };
        Self { probability: dice.pick(&[0.1, 0.3, 0.6, 1.0]), count: dice.whole(1, 8), mishap }
    }
}

/// A fault of a kind, at random requests.
fn timed(dice: &mut Dice, draw: fn(&mut Dice) -> FaultRule) -> FaultRule {
    let mut rule = draw(dice);
    match dice.whole(0, 9) {
        0..=2 => rule.nth = Some(dice.whole(1, 5)),
        3 => {
            rule.every = Some(dice.whole(2, 4));
            rule.count = Some(dice.whole(1, 6));
        }
        4..=6 => {
            rule.probability = Some(dice.pick(&[0.2, 0.4, 0.7]));
            rule.count = Some(dice.whole(1, 8));
        }
        7 => rule.probability = Some(dice.pick(&[0.1, 0.25])),
        8 => rule.count = Some(dice.whole(1, 4)),
        // A portal that does not recover.
        _ => rule.probability = dice.maybe(0.7, |_| 0.4),
    }
    if matches!(rule.fault, Fault::RateLimit {} | Fault::OperatingLimit {}) {
        // A limit passes; a client that waits for it waits as long as it takes.
        rule.count = rule.count.or(Some(8));
    }
    rule
}

fn rule(method: &str, moment: Moment, fault: Fault) -> FaultRule {
    FaultRule { moment, ..FaultRule::new(method, fault) }
}

fn deletes(dice: &mut Dice) -> &'static str {
    dice.pick(&["crm.*.delete", "crm.*.delete", "crm.*.delete", "crm.lead.*", "*"])
}

/// When the portal works on a request whose answer is lost. Running on is what hurts most.
fn moment(dice: &mut Dice) -> Moment {
    match dice.whole(0, 9) {
        0 | 1 => Moment::Before,
        2..=4 => Moment::After,
        5 => Moment::AfterCommands(usize::try_from(dice.whole(0, 4)).unwrap_or_default()),
        _ => Moment::Later(dice.seconds(0.05, 250.0)),
    }
}

/// The answer to a delete is lost.
fn loss(dice: &mut Dice) -> FaultRule {
    let method = deletes(dice);
    if dice.chance(0.15) {
        let (moment, fault) = slow(dice);
        return rule(method, moment, fault);
    }
    rule(method, moment(dice), lost(dice))
}

/// Answers that come late or in drops. A slow answer is a whole one in the end: it must follow the work.
fn slow(dice: &mut Dice) -> (Moment, Fault) {
    let moment = dice.pick(&[Moment::Before, Moment::After]);
    match dice.whole(0, 2) {
        0 => (Moment::After, Fault::Slow { bytes_per_second: dice.pick(&[1.0, 20.0, 200.0]) }),
        _ => (moment, Fault::Stall { seconds: Some(dice.seconds(0.5, 250.0)) }),
    }
}

fn lost(dice: &mut Dice) -> Fault {
    match dice.whole(0, 13) {
        0 | 1 => Fault::Reset {},
        2 => Fault::BrokenOff {},
        3 | 4 => Fault::Html { status: dice.pick(&[200, 403, 429, 500, 502, 503, 504]) },
        5 => Fault::Truncated {},
        6 => Fault::Empty {},
        7 | 8 => Fault::Stall { seconds: None },
        9 => Fault::InvalidUtf8 {},
        10 => Fault::DuplicateKeys {},
        11 => Fault::DeepNesting { depth: 2_000 },
        12 => Fault::Endless {},
        _ => odd(dice),
    }
}

/// Bodies and words that say nothing about what ran.
fn odd(dice: &mut Dice) -> Fault {
    let elsewhere = format!("https://{WEBHOOK_CODE}.elsewhere.test/rest/1/{WEBHOOK_CODE}/batch");
    match dice.whole(0, 9) {
        0 => Fault::Redirect { status: dice.pick(&[301, 302, 307]), location: elsewhere },
        1..=4 => {
            let text = dice.pick(&[
                "null",
                "[1",
                r#"{"result":null}"#,
                r#"{"time":{}}"#,
                r#"{"error":{"a":1}}"#,
                r#"{"result":{"result":[true,true,true],"result_error":[]}}"#,
                r#"{"result":{"result":{"0":true,"1":true},"result_error":[]}}"#,
                r#"{"result":{"result":{},"result_error":"none"}}"#,
            ]);
            Fault::Body {
                status: dice.pick(&[200, 200, 500]),
                content_type: "application/json".to_owned(),
                text: text.to_owned(),
            }
        }
        _ => {
            let (status, code) = dice.pick(&[
                (500, "INTERNAL_SERVER_ERROR"),
                (500, "ERROR_UNEXPECTED_ANSWER"),
                (400, "ERROR_CORE"),
                (400, ""),
                (500, "PORTAL_DELETED"),
            ]);
            let description = format!("Something failed for /rest/1/{WEBHOOK_CODE}/");
            Fault::Error { status, code: code.to_owned(), description }
        }
    }
}

/// A refusal that promises that nothing ran.
fn refusal(dice: &mut Dice) -> FaultRule {
    let method = if dice.chance(0.5) { "batch" } else { deletes(dice) };
    let fault = match dice.whole(0, 7) {
        0..=2 => Fault::RateLimit {},
        3..=5 => Fault::OperatingLimit {},
        6 => Fault::Overload {},
        _ => {
            let (status, code) = dice.pick(&[
                (401, "INVALID_CREDENTIALS"),
                (401, "expired_token"),
                (403, "ACCESS_DENIED"),
                (403, "insufficient_scope"),
                (401, "PAYMENT_REQUIRED"),
            ]);
            Fault::Error { status, code: code.to_owned(), description: format!("of {WEBHOOK_CODE}") }
        }
    };
    rule(method, Moment::Before, fault)
}

/// A command of a batch gets lost, or contradicts itself.
fn of_command(dice: &mut Dice) -> FaultRule {
    let moment = dice.pick(&[Moment::Before, Moment::After]);
    let fault = match dice.whole(0, 2) {
        0 => Fault::Drop {},
        1 => Fault::Both { code: String::new(), description: "Not found".to_owned() },
        _ => Fault::Error {
            status: 500,
            code: "ERROR_CORE".to_owned(),
            description: format!("Stage of {WEBHOOK_CODE}"),
        },
    };
    rule(deletes(dice), moment, fault)
}

/// A lookup fails.
fn of_lookups(dice: &mut Dice) -> FaultRule {
    let words = |status, code: &str| Fault::Error {
        status,
        code: code.to_owned(),
        description: format!("for {WEBHOOK_CODE}"),
    };
    let fault = match dice.whole(0, 7) {
        0 => Fault::RateLimit {},
        1 => Fault::OperatingLimit {},
        2 => words(403, "ACCESS_DENIED"),
        3 => words(500, "INTERNAL_SERVER_ERROR"),
        4 => Fault::Drop {},
        _ => lost(dice),
    };
    rule("crm.*.get", Moment::Before, fault)
}

/// What was deleted is still shown for a while.
fn lingering(dice: &mut Dice) -> FaultRule {
    rule("crm.*.delete", Moment::Before, Fault::Linger { seconds: dice.seconds(0.5, 400.0) })
}
