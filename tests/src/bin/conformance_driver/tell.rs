//! What is told of values of the library.

use std::error::Error as StdError;

use b24delete::{ConfirmedBy, Deletion, Error, Outcome, PortalTime, StopReason, Summary};

use crate::{Answer, Broken};

pub(crate) fn deletion(deletion: &Deletion, answer: &mut Answer) {
    answer.record("deletion");
    answer.field("status", deletion.status);
    answer.field("confirmed_by", deletion.confirmed_by.as_str());
    answer.field("attempts", deletion.attempts);
    if let Some(portal_time) = &deletion.time {
        time(portal_time, answer);
    }
}

fn time(time: &PortalTime, answer: &mut Answer) {
    answer.record("time");
    answer.some("start", time.start);
    answer.some("finish", time.finish);
    answer.some("duration", time.duration);
    answer.some("processing", time.processing);
    answer.some("date_start", time.date_start.as_ref());
    answer.some("date_finish", time.date_finish.as_ref());
    answer.some("operating", time.operating);
    answer.some("operating_reset_at", time.operating_reset_at);
}

pub(crate) fn outcome(outcome: &Outcome, answer: &mut Answer) -> Result<(), Broken> {
    answer.record("outcome");
    answer.field("seq", outcome.seq);
    answer.field("method", outcome.operation.method());
    answer.some("lead_id", outcome.operation.lead_id());
    answer.some("contact_id", outcome.operation.contact_id());
    answer.field("status", outcome.status);
    answer.some("confirmed_by", outcome.confirmed_by.map(ConfirmedBy::as_str));
    answer.field("attempts", outcome.attempts);
    answer.field("json", serde_json::to_string(outcome)?);
    if let Some(why) = &outcome.error {
        error(why, answer);
    }
    Ok(())
}

pub(crate) fn error(error: &Error, answer: &mut Answer) {
    answer.record("error");
    answer.field("kind", error.kind());
    answer.field("class", error.kind().family().class_name());
    answer.field("effect", error.effect().as_str());
    answer.some("method", error.method());
    answer.field("code", error.code());
    answer.field("description", error.description());
    answer.some("http_status", error.http_status());
    answer.field("attempts", error.attempts());
    answer.field("debug", format!("{error:?}"));
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<Error>() {
            answer.field("cause", cause.kind());
        }
        message.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    answer.field("message", message);
}

pub(crate) fn summary(summary: &Summary, answer: &mut Answer) -> Result<(), Broken> {
    answer.record("summary");
    answer.field("total", summary.total);
    answer.field("deleted", summary.deleted);
    answer.field("deleted_by_lookup", summary.deleted_by_lookup);
    answer.field("absent", summary.absent);
    answer.field("failed", summary.failed);
    answer.field("unknown", summary.unknown);
    answer.field("not_run", summary.not_run);
    answer.field("requests", summary.requests);
    answer.field("seconds", summary.elapsed.as_secs_f64());
    answer.some("stopped_by", summary.stopped_by.as_ref().map(StopReason::as_str));
    answer.field("json", serde_json::to_string(summary)?);
    Ok(())
}
