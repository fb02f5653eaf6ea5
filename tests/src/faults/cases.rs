//! The faults, one case for each kind.

use b24delete_emulator::faults::{Fault, FaultRule, Moment};

use super::SECRET;

/// What a case may end in: words of errors that its fault stands for.
type Words = &'static [&'static str];

/// One kind of fault.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// How the portal counts it.
    pub(super) kind: &'static str,
    /// The kinds of errors that it may lead to.
    pub(super) errors: Words,
    rules: Vec<(FaultRule, Share)>,
}

/// How many of the strikes fall to a rule.
#[derive(Debug, Clone, Copy)]
enum Share {
    All,
    Half,
    /// It helps the other rules and is not counted.
    Unlimited,
}

impl Case {
    fn new(name: &'static str, kind: &'static str, errors: Words, rules: Vec<(FaultRule, Share)>) -> Self {
        Self { name, kind, errors, rules }
    }

    /// The rules that strike so often; redirects lead to `elsewhere`.
    pub(super) fn rules(&self, faults: u64, elsewhere: &str) -> Vec<FaultRule> {
        let limited = |(rule, share): &(FaultRule, Share)| {
            let mut rule = rule.clone();
            rule.count = match share {
                Share::All => Some(faults),
                Share::Half if rule.moment == Moment::Before => Some(faults / 2),
                Share::Half => Some(faults - faults / 2),
                Share::Unlimited => None,
            };
            if let Fault::Redirect { location, .. } = &mut rule.fault {
                elsewhere.clone_into(location);
            }
            rule
        };
        self.rules.iter().map(limited).collect()
    }
}

/// Strikes about every other request, lookups too.
fn requests(fault: Fault, moment: Moment) -> FaultRule {
    FaultRule { moment, probability: Some(0.4), ..FaultRule::new("batch", fault) }
}

/// Strikes some deletes inside their batches.
fn commands(fault: Fault, moment: Moment) -> FaultRule {
    FaultRule { moment, probability: Some(0.3), ..FaultRule::new("crm.*.delete", fault) }
}

/// One half of the requests is struck before anything is executed, the other after everything was.
fn both(name: &'static str, kind: &'static str, errors: Words, fault: Fault) -> Case {
    let rules = [(fault.clone(), Moment::Before), (fault, Moment::After)]
        .map(|(fault, moment)| (requests(fault, moment), Share::Half));
    Case::new(name, kind, errors, rules.into())
}

/// Every request that is struck is struck at that moment.
fn at(name: &'static str, kind: &'static str, errors: Words, fault: Fault, moment: Moment) -> Case {
    Case::new(name, kind, errors, vec![(requests(fault, moment), Share::All)])
}

fn inside(name: &'static str, kind: &'static str, errors: Words, fault: Fault, moment: Moment) -> Case {
    Case::new(name, kind, errors, vec![(commands(fault, moment), Share::All)])
}

fn html(status: u16) -> Fault {
    Fault::Html { status }
}

fn body(content_type: &str, text: &str) -> Fault {
    Fault::Body { status: 200, content_type: content_type.to_owned(), text: text.to_owned() }
}

/// A portal that repeats the webhook's secret in its own words.
fn unknown_error() -> Fault {
    let description = format!("Fatal error in /rest/1/{SECRET}/batch.json on line 7");
    Fault::Error { status: 400, code: "SOMETHING_NEW".to_owned(), description }
}

/// A table with one kind of fault in each row.
pub(super) fn all() -> Vec<Case> {
    [lost(), broken(), misleading(), refused(), of_commands()].into_iter().flatten().collect()
}

/// No answer, or no whole answer.
fn lost() -> Vec<Case> {
    let reset = |name, moment| at(name, "reset", &["connection"], Fault::Reset {}, moment);
    vec![
        reset("reset, nothing ran", Moment::Before),
        reset("reset, all ran", Moment::After),
        reset("reset, three ran", Moment::AfterCommands(3)),
        reset("reset, runs later", Moment::Later(0.7)),
        both("broken off", "broken_off", &["connection"], Fault::BrokenOff {}),
        both("stall for ever", "stall", &["timeout"], Fault::Stall { seconds: None }),
        both("stall 2.5 s", "stall", &["timeout"], Fault::Stall { seconds: Some(2.5) }),
        both("a byte per second", "slow", &["timeout"], Fault::Slow { bytes_per_second: 1.0 }),
        both("endless body", "endless", &["invalid_response"], Fault::Endless {}),
    ]
}

/// Something else than a reply of the REST interface.
fn broken() -> Vec<Case> {
    let invalid: Words = &["invalid_response"];
    let either: Words = &["invalid_response", "unexpected_answer"];
    let warning = "<br />\n<b>Warning</b>: in <b>rest.php</b><br />{\"result\":true}";
    vec![
        both("HTML 502", "html", invalid, html(502)),
        both("HTML 503", "html", invalid, html(503)),
        both("HTML 504", "html", invalid, html(504)),
        both("truncated", "truncated", invalid, Fault::Truncated {}),
        both("empty", "empty", invalid, Fault::Empty {}),
        both("HTML with 200", "body", invalid, body("text/html", warning)),
        both("invalid UTF-8", "invalid_utf8", invalid, Fault::InvalidUtf8 {}),
        both("10,000 deep", "deep_nesting", either, Fault::DeepNesting { depth: 10_000 }),
        both("gzip bomb", "gzip_bomb", invalid, Fault::GzipBomb { mebibytes: 1_000 }),
    ]
}

/// Well-formed replies that say something else than the truth.
fn misleading() -> Vec<Case> {
    let unexpected: Words = &["unexpected_answer"];
    let list = r#"{"result":{"result":[true,true,true,true,true,true,true,true],"result_error":[]}}"#;
    let before = |name, text| at(name, "body", unexpected, body("application/json", text), Moment::Before);
    vec![
        both(
            "duplicate keys",
            "duplicate_keys",
            &["invalid_response", "unexpected_answer"],
            Fault::DuplicateKeys {},
        ),
        before("results as a list", list),
        before("a bare true", r#"{"result":true}"#),
        before("empty sections", r#"{"result":{"result":[],"result_error":[]}}"#),
        at("text, not JSON", "body", &["invalid_response"], body("text/plain", "OK"), Moment::After),
        both(
            "redirect elsewhere",
            "redirect",
            &["redirected"],
            Fault::Redirect { status: 302, location: String::new() },
        ),
    ]
}

/// The portal's own refusals of a whole request.
fn refused() -> Vec<Case> {
    let before = |name, kind, errors, fault| at(name, kind, errors, fault, Moment::Before);
    vec![
        before("rate limit", "rate_limit", &["rate_limited"], Fault::RateLimit {}),
        before("operating limit", "operating_limit", &["operation_time_limit"], Fault::OperatingLimit {}),
        before("overload", "overload", &["overloaded"], Fault::Overload {}),
        both("unknown code", "error", &["portal_error"], unknown_error()),
    ]
}

/// What goes wrong with single commands of a batch.
fn of_commands() -> Vec<Case> {
    let inside_before = |name, kind, errors, fault| inside(name, kind, errors, fault, Moment::Before);
    let unexpected: Words = &["unexpected_answer"];
    let contradicted = || Fault::Both { code: String::new(), description: "Not found".to_owned() };
    let linger = commands(Fault::Linger { seconds: 2.0 }, Moment::Before);
    let lost = FaultRule {
        probability: Some(0.4),
        moment: Moment::After,
        ..FaultRule::new("crm.*.delete", Fault::Reset {})
    };
    vec![
        inside_before("rate limit inside", "rate_limit", &["rate_limited"], Fault::RateLimit {}),
        inside_before(
            "operating limit inside",
            "operating_limit",
            &["operation_time_limit"],
            Fault::OperatingLimit {},
        ),
        inside_before("overload inside", "overload", &["overloaded"], Fault::Overload {}),
        inside_before("unknown code inside, not run", "error", &["portal_error"], unknown_error()),
        inside("unknown code inside, run", "error", &["portal_error"], unknown_error(), Moment::After),
        inside_before("in no section, not run", "drop", unexpected, Fault::Drop {}),
        inside("in no section, run", "drop", unexpected, Fault::Drop {}, Moment::After),
        inside_before("in both sections, not run", "both", unexpected, contradicted()),
        inside("in both sections, run", "both", unexpected, contradicted(), Moment::After),
        Case::new(
            "lookups lag",
            "linger",
            &["connection"],
            vec![(linger, Share::All), (lost, Share::Unlimited)],
        ),
    ]
}
