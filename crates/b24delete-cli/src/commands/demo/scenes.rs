//! What the demo deletes.

use b24delete::Operation;

use super::portal::{PROTECTED_CONTACT, PROTECTED_LEAD, Portal};
use crate::failure::Failure;

/// Records that were never there.
const MISSING: i64 = 9001;

/// Leads up to this id are deleted; those above lend their bindings.
const LAST_LEAD: i64 = 40;

/// Contacts up to this id are deleted.
const LAST_CONTACT: i64 = 10;

const _: () =
    assert!(PROTECTED_LEAD <= LAST_LEAD && PROTECTED_CONTACT <= LAST_CONTACT, "both are among them");

/// One run.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) title: String,
    pub(super) operations: Vec<Operation>,
}

/// The scenes in their order.
pub(super) fn all(portal: &Portal) -> Result<[Scene; 3], Failure> {
    Ok([leads()?, bindings(portal)?, contacts()?])
}

fn leads() -> Result<Scene, Failure> {
    let title = format!("{LAST_LEAD} leads, one of them protected, and one that is not there");
    let operations = (1..=LAST_LEAD).chain([MISSING]).map(Operation::lead).collect::<Result<_, _>>()?;
    Ok(Scene { title, operations })
}

fn bindings(portal: &Portal) -> Result<Scene, Failure> {
    let snapshot = portal.snapshot()?;
    let mut links = snapshot.lead_contacts.iter().filter(|link| link.lead_id > LAST_LEAD);
    let mut operations = Vec::new();
    for link in links.by_ref().take(4) {
        operations.push(Operation::lead_contact(link.lead_id, link.contact_id)?);
    }
    operations.push(Operation::lead_contact(LAST_LEAD + 1, MISSING)?);
    operations.push(Operation::lead_contact_items(LAST_LEAD + 5)?);
    operations.push(Operation::lead_contact_items(LAST_LEAD + 6)?);
    let title = "4 bindings and one that does not exist, then all bindings of 2 leads".to_owned();
    Ok(Scene { title, operations })
}

fn contacts() -> Result<Scene, Failure> {
    let title =
        format!("{LAST_CONTACT} contacts, slow to delete, one of them protected, and one that is not there");
    let operations = (1..=LAST_CONTACT).chain([MISSING]).map(Operation::contact).collect::<Result<_, _>>()?;
    Ok(Scene { title, operations })
}
