//! Somebody else at work on the portal.

use b24delete_emulator::Emulator;
use b24delete_emulator::store::ExecutionResult;
use serde_json::{Map, Value, json};

use super::clock::Clock;
use super::setup::{ActorStep, Deed, Rebinder};

/// Looks of the one who links again, so that every run ends.
const MOST_LOOKS: u32 = 400;

/// Does one thing when its time has come.
pub(crate) async fn act(portal: Emulator, step: ActorStep) {
    Clock::sleep(step.at).await;
    let lead = |id: i64| json!({ "id": id });
    match step.deed {
        Deed::DeleteLead(id) => call(&portal, "crm.lead.delete", &lead(id)),
        Deed::DeleteContact(id) => call(&portal, "crm.contact.delete", &lead(id)),
        Deed::Unlink(id, contact) => unlink(&portal, id, contact),
        Deed::Link(id, contact, sort) => link(&portal, id, contact, sort),
        Deed::Relink(id, contact, sort) => {
            unlink(&portal, id, contact);
            link(&portal, id, contact, sort);
        }
        Deed::Add => {
            call(&portal, "crm.lead.add", &json!({"fields": {"TITLE": "new"}}));
            call(&portal, "crm.contact.add", &json!({"fields": {"NAME": "new"}}));
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hours")]
        Deed::TurnClock(hours) => portal.set_clock_skew(hours as f64 * 3600.0),
    }
}

/// Links again what the client has unlinked.
pub(crate) async fn rebind(portal: Emulator, rebinder: Rebinder) {
    let (mut seen, mut left) = (0, rebinder.times);
    for _ in 0..MOST_LOOKS {
        Clock::sleep(rebinder.every).await;
        for execution in portal.executions(seen) {
            seen = execution.sequence;
            let unlinked = execution.method == "crm.lead.contact.delete"
                && execution.request > 0
                && execution.result == ExecutionResult::Applied;
            if let (true, Some(lead), Some(contact)) = (unlinked, execution.lead_id, execution.contact_id) {
                link(&portal, lead, contact, rebinder.sort);
                left -= 1;
            }
            if left == 0 {
                return;
            }
        }
    }
}

fn link(portal: &Emulator, lead: i64, contact: i64, sort: i64) {
    // Links to a contact that is gone would be of no use to anybody.
    let exists = portal.snapshot().is_ok_and(|snapshot| snapshot.contacts.contains(&contact));
    if exists {
        call(
            portal,
            "crm.lead.contact.add",
            &json!({"id": lead, "fields": {"CONTACT_ID": contact, "SORT": sort}}),
        );
    }
}

fn unlink(portal: &Emulator, lead: i64, contact: i64) {
    call(portal, "crm.lead.contact.delete", &json!({"id": lead, "fields": {"CONTACT_ID": contact}}));
}

/// What the portal refuses is no matter: the record was gone already.
fn call(portal: &Emulator, method: &str, params: &Value) {
    let params = params.as_object().cloned().unwrap_or_else(Map::new);
    drop(portal.act(method, &params));
}
