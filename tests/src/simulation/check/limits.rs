//! Within the limits that it knows, a client is never refused; and a calm portal leaves no doubt.

use b24delete::Status;

use super::Findings;
use crate::simulation::story::Story;

pub(super) fn check(story: &Story, found: &mut Findings) {
    if !story.setup.is_calm() {
        return;
    }
    // Several requests at once may cross the limit before the first reply tells that there is one.
    let parallel = story.setup.client.rate.is_none() && story.setup.client.concurrency > 1;
    for code in ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT"] {
        let refused = story.statistics.refused.get(code).copied().unwrap_or_default();
        found.expect(refused == 0 || parallel, None, || {
            format!("{refused} refusals for {code} on a portal of its own")
        });
    }
    for verdict in story.events.verdicts.iter().filter(|verdict| verdict.status == Status::Unknown) {
        found.expect(story.has_deadline(verdict.operation), Some(verdict.operation), || {
            "unknown, although nothing was lost".to_owned()
        });
    }
}
