use super::*;

fn task(operation: Operation, attempts: u32, lost: bool) -> Task {
    let doubt = lost.then(|| Doubt { cause: Error::new(ErrorKind::Timeout, ""), seen: None });
    Task { seq: 0, operation, attempts, doubt, look_holds_until: None, late_looks: 0 }
}

fn lead(attempts: u32, lost: bool) -> Task {
    task(Operation::lead(1).unwrap(), attempts, lost)
}

fn word(next: &Next) -> String {
    match next {
        Next::Final(verdict) => {
            let by = verdict.confirmed_by.map_or("", ConfirmedBy::as_str);
            format!(
                "{} {by} {}",
                verdict.status,
                verdict.error.as_ref().map_or("", |error| error.kind().as_str())
            )
        }
        Next::Again => "again".to_owned(),
        Next::LookUp => "look up".to_owned(),
    }
}

fn answered(kind: ErrorKind, lost: bool) -> String {
    word(&after_delete(&mut lead(u32::from(lost), lost), Answer::Error(Error::new(kind, ""))))
}

#[test]
fn answers_to_a_first_attempt() {
    assert_eq!(word(&after_delete(&mut lead(0, false), Answer::Done)), "deleted reply ");
    assert_eq!(word(&after_delete(&mut lead(0, false), Answer::NothingToDo)), "absent reply ");
    assert_eq!(answered(ErrorKind::NotFound, false), "absent reply not_found");
    assert_eq!(answered(ErrorKind::AccessDenied, false), "failed reply access_denied");
    assert_eq!(answered(ErrorKind::RateLimited, false), "again");
    assert_eq!(answered(ErrorKind::OperationTimeLimit, false), "again");
    assert_eq!(answered(ErrorKind::Tls, false), "again");
    assert_eq!(answered(ErrorKind::Timeout, false), "look up");
    assert_eq!(answered(ErrorKind::PortalError, false), "look up");
    assert_eq!(answered(ErrorKind::Redirected, false), "unknown  outcome_unknown");
}

#[test]
fn after_a_lost_attempt_absence_is_our_own_doing_and_a_refusal_settles_nothing() {
    assert_eq!(word(&after_delete(&mut lead(1, true), Answer::Done)), "deleted reply ");
    assert_eq!(word(&after_delete(&mut lead(1, true), Answer::NothingToDo)), "deleted lookup ");
    assert_eq!(answered(ErrorKind::NotFound, true), "deleted lookup ");
    assert_eq!(answered(ErrorKind::AccessDenied, true), "unknown  outcome_unknown");
    assert_eq!(answered(ErrorKind::RateLimited, true), "again");
    assert_eq!(answered(ErrorKind::Timeout, true), "look up");
}

/// What becomes of an operation whose first attempt ended with an error of the kind.
const NEXT_STEPS: [(&str, &str); 39] = [
    ("not_found", "absent reply not_found"),
    ("invalid_argument", "failed reply invalid_argument"),
    ("invalid_id", "failed reply invalid_id"),
    ("missing_fields", "failed reply missing_fields"),
    ("method_not_found", "failed reply method_not_found"),
    ("batch_method_not_allowed", "failed reply batch_method_not_allowed"),
    ("batch_too_long", "failed reply batch_too_long"),
    ("https_required", "failed reply https_required"),
    ("access_denied", "failed reply access_denied"),
    ("insufficient_scope", "failed reply insufficient_scope"),
    ("user_access", "failed reply user_access"),
    ("wrong_auth_type", "failed reply wrong_auth_type"),
    ("confirmation_required", "failed reply confirmation_required"),
    ("payment_required", "failed reply payment_required"),
    ("no_auth", "failed reply no_auth"),
    ("invalid_credentials", "failed reply invalid_credentials"),
    ("invalid_token", "failed reply invalid_token"),
    ("expired_token", "failed reply expired_token"),
    ("refresh_failed", "again"),
    ("application_not_found", "failed reply application_not_found"),
    ("rate_limited", "again"),
    ("operation_time_limit", "again"),
    ("overloaded", "failed reply overloaded"),
    ("internal_server_error", "look up"),
    ("unexpected_answer", "look up"),
    ("manifest_not_available", "look up"),
    ("portal_deleted", "unknown  outcome_unknown"),
    ("portal_error", "look up"),
    ("timeout", "look up"),
    ("connection", "look up"),
    ("tls", "again"),
    ("redirected", "unknown  outcome_unknown"),
    ("invalid_response", "look up"),
    ("outcome_unknown", "look up"),
    ("config", "again"),
    ("cancelled", "again"),
    ("job", "again"),
    ("changed", "again"),
    ("internal", "look up"),
];

#[test]
fn every_kind_has_its_next_step() {
    let steps = ErrorKind::ALL.map(|kind| (kind.as_str(), answered(kind, false)));
    for ((kind, step), expected) in steps.iter().zip(NEXT_STEPS) {
        assert_eq!((*kind, step.as_str()), expected);
    }
}

fn looked(task: &mut Task, sight: Sight, moment: Moment) -> String {
    word(&after_lookup(task, sight, moment))
}

#[test]
fn gone_is_final_and_present_is_provisional() {
    for moment in [Moment::Settling, Moment::Settled, Moment::Ending] {
        assert_eq!(looked(&mut lead(1, true), Sight::Gone, moment), "deleted lookup ");
    }
    let present = || Sight::Present(Vec::new());
    assert_eq!(looked(&mut lead(1, true), present(), Moment::Settling), "look up");
    assert_eq!(looked(&mut lead(1, true), present(), Moment::Settled), "again");
    assert_eq!(looked(&mut lead(3, true), present(), Moment::Settled), "unknown  outcome_unknown");
    assert_eq!(looked(&mut lead(1, true), present(), Moment::Ending), "unknown  outcome_unknown");
    let no_proof = Sight::NoProof(Error::new(ErrorKind::AccessDenied, ""));
    assert_eq!(looked(&mut lead(1, true), no_proof, Moment::Settled), "unknown  outcome_unknown");
}

#[test]
fn a_binding_that_was_made_anew_is_left_alone() {
    let link = |contact_id, sort| Link { contact_id, sort };
    let unlink = || task(Operation::lead_contact(1, 5).unwrap(), 1, true);
    let settled = |first: Sight, second: Sight| {
        let mut task = unlink();
        assert_eq!(looked(&mut task, first, Moment::Settling), "look up");
        looked(&mut task, second, Moment::Settled)
    };
    assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::Present(vec![link(5, 10)])), "again");
    assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::NotListed), "again");
    let anew = "unknown  outcome_unknown";
    assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::Present(vec![link(5, 20)])), anew);
    assert_eq!(settled(Sight::NotListed, Sight::Present(vec![link(5, 10)])), anew);
    // Without an earlier look it is sent once more.
    assert_eq!(looked(&mut unlink(), Sight::Present(vec![link(5, 10)]), Moment::Settled), "again");
}

#[test]
fn all_bindings_go_again_only_when_all_were_there_before() {
    let link = |contact_id| Link { contact_id, sort: 10 };
    let all = || task(Operation::lead_contact_items(1).unwrap(), 1, true);
    let settled = |first: Vec<Link>, second: Vec<Link>| {
        let mut task = all();
        looked(&mut task, Sight::Present(first), Moment::Settling);
        looked(&mut task, Sight::Present(second), Moment::Settled)
    };
    assert_eq!(settled(vec![link(1), link(2)], vec![link(2)]), "again");
    assert_eq!(settled(vec![link(1)], vec![link(1), link(2)]), "unknown  outcome_unknown");
    assert_eq!(
        looked(&mut all(), Sight::Present(vec![link(1)]), Moment::Settled),
        "unknown  outcome_unknown"
    );
    assert_eq!(looked(&mut all(), Sight::NotListed, Moment::Settled), "again");
}
