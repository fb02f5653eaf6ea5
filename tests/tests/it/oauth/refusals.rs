//! What ends a run or a call: refusals of the portal and of the authorization server, and lost answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use b24delete::transport::{Failure, Request, SendFuture, Transport};
use b24delete::{Effect, ErrorKind, Operation, RunOptions, Secret};
use b24delete_emulator::faults::FaultRule;
use b24delete_tests::in_process::InProcess;

use super::*;

fn error(status: u16, code: &str, description: &str) -> Fault {
    Fault::Error { status, code: code.into(), description: description.into() }
}

/// A portal whose first access token has expired.
fn portal_with_expired_token(leads: u64) -> Emulator {
    let portal = portal(expiring(leads, 3_600.0));
    portal.expire_access_tokens();
    portal
}

#[tokio::test(start_paused = true)]
async fn a_second_expired_token_is_final() {
    let portal = portal(expiring(1, 3_600.0));
    portal.add_faults(vec![FaultRule::new("crm.lead.delete", error(401, "expired_token", ""))]);
    let refusal = application_client(&portal, |_| {}).delete_lead(lead(1)).await.unwrap_err();
    assert_eq!((refusal.kind(), refusal.effect()), (ErrorKind::ExpiredToken, Effect::Rejected));
    assert_eq!((asked(&portal), portal.statistics().requests), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn other_refusals_of_a_token_renew_nothing() {
    let portal = portal(expiring(1, 3_600.0));
    let client = application_client(&portal, |oauth| oauth.access_token = Some(Secret::new("unknown token")));
    let refusal = client.delete_lead(lead(1)).await.unwrap_err();
    assert_eq!((refusal.kind(), refusal.http_status()), (ErrorKind::InvalidToken, Some(401)));
    assert_eq!((asked(&portal), portal.statistics().requests), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_without_a_way_to_another_is_told_as_it_is() {
    let portal = portal_with_expired_token(1);
    let client = application_client(&portal, |oauth| oauth.refresh_token = None);
    assert_eq!(client.delete_lead(lead(1)).await.unwrap_err().kind(), ErrorKind::ExpiredToken);
}

#[tokio::test(start_paused = true)]
async fn each_refusal_of_the_authorization_server_stops_a_run_with_nothing_run() {
    for (fault, kind, code) in [
        (error(200, "wrong_client", ""), ErrorKind::RefreshFailed, "wrong_client"),
        (error(400, "invalid_client", ""), ErrorKind::RefreshFailed, "invalid_client"),
        (error(400, "invalid_grant", ""), ErrorKind::RefreshFailed, "invalid_grant"),
        (
            error(400, "invalid_request", "No \"refresh_token\" parameter found"),
            ErrorKind::RefreshFailed,
            "invalid_request",
        ),
        (error(403, "INVALID_SCOPE", ""), ErrorKind::RefreshFailed, "INVALID_SCOPE"),
        (
            error(401, "NOT_INSTALLED", "Application not installed"),
            ErrorKind::ApplicationNotFound,
            "NOT_INSTALLED",
        ),
        (error(400, "PAYMENT_REQUIRED", "Payment required"), ErrorKind::PaymentRequired, "PAYMENT_REQUIRED"),
        (error(503, "QUERY_LIMIT_EXCEEDED", ""), ErrorKind::RefreshFailed, "QUERY_LIMIT_EXCEEDED"),
        (error(500, "SOMETHING_ELSE", ""), ErrorKind::RefreshFailed, "SOMETHING_ELSE"),
        (
            Fault::Redirect { status: 302, location: "https://evil.example/x?y=z".into() },
            ErrorKind::Redirected,
            "",
        ),
        (Fault::Html { status: 502 }, ErrorKind::RefreshFailed, ""),
        (Fault::Empty {}, ErrorKind::RefreshFailed, ""),
        (Fault::Truncated {}, ErrorKind::RefreshFailed, ""),
        (Fault::InvalidUtf8 {}, ErrorKind::RefreshFailed, ""),
        (Fault::DeepNesting { depth: 10_000 }, ErrorKind::RefreshFailed, ""),
        (Fault::Reset {}, ErrorKind::RefreshFailed, ""),
        (Fault::Stall { seconds: None }, ErrorKind::RefreshFailed, ""),
    ] {
        let portal = portal_with_expired_token(20);
        portal.add_faults(vec![FaultRule::new("oauth.token", fault.clone())]);
        let client = application_client(&portal, |_| {});
        let operations = (1..=20).map(|id| Operation::lead(id).unwrap());
        let summary = client.delete_many(operations, RunOptions::default()).finish().await;
        let stop = summary.stopped_by.as_ref().and_then(|reason| reason.error()).unwrap();
        assert_eq!(
            (stop.kind(), stop.code(), stop.effect()),
            (kind, code, Effect::NotSent),
            "{fault:?}: {stop}"
        );
        assert_eq!((summary.not_run, summary.total), (summary.total, summary.total), "{fault:?}");
        assert_eq!(portal.executions(0), []);
        assert!(!stop.to_string().contains("y=z"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_renewal_asks_for_a_new_login() {
    let portal = portal_with_expired_token(2);
    portal.add_faults(vec![lost_renewal(Fault::Reset {})]);
    let client = application_client(&portal, |_| {});
    let lost = client.delete_lead(lead(1)).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::RefreshFailed);
    assert!(lost.description().contains("log in again"), "{lost}");
    assert!(std::error::Error::source(&lost).is_some());
    // The token was used up by the renewal whose answer is lost; once refused it is not tried again.
    for _ in 0..3 {
        let refused = client.delete_lead(lead(1)).await.unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (ErrorKind::RefreshFailed, "invalid_grant"));
    }
    assert_eq!(asked(&portal), 2);
    assert_eq!(portal.executions(0), []);
}

/// Cannot connect to the authorization server for the first few times.
#[derive(Debug)]
struct Unreachable {
    inner: Arc<InProcess>,
    refusals: AtomicU32,
}

impl Transport for Unreachable {
    fn send(&self, request: Request) -> SendFuture {
        let is_token = request.url().contains("/oauth/token/");
        let left = |left: u32| left.checked_sub(1);
        if is_token && self.refusals.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok() {
            return Box::pin(async { Err(Failure::Connect("connection refused".to_owned())) });
        }
        self.inner.send(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_out_of_reach_is_tried_again_within_the_usual_budget() {
    for (refusals, deletes) in [(3, true), (50, false)] {
        let portal = portal_with_expired_token(5);
        let inner = InProcess::new(portal.clone());
        let mut options = ClientOptions::oauth(application(&portal));
        options.transport = Some(Arc::new(Unreachable { inner, refusals: AtomicU32::new(refusals) }));
        let operations = (1..=5).map(|id| Operation::lead(id).unwrap());
        let summary = client(options).delete_many(operations, RunOptions::default()).finish().await;
        match deletes {
            true => assert_eq!(summary.deleted, 5, "{summary:?}"),
            false => {
                let stop = summary.stopped_by.as_ref().and_then(|reason| reason.error()).unwrap();
                assert_eq!((stop.kind(), summary.not_run), (ErrorKind::Connection, 5));
                assert!(stop.description().contains("authorization server `portal.b24.test`"), "{stop}");
            }
        }
    }
}
