//! What really was there, at every place in the portal's log.

use std::collections::{BTreeMap, BTreeSet};

use b24delete_emulator::store::{Execution, ExecutionResult, Snapshot};

use super::thing::Thing;

/// What existed before the first execution and after each.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// When each thing came and went: places in the log, with whether it exists from there on.
    changes: BTreeMap<Thing, Vec<(u64, bool)>>,
    present: BTreeSet<Thing>,
}

impl Truth {
    /// Replays the log from the state at its beginning.
    pub(crate) fn replay(begin: &Snapshot, log: &[Execution]) -> Self {
        let mut truth = Self::default();
        things(begin).into_iter().for_each(|thing| truth.comes(thing, 0));
        for execution in log.iter().filter(|execution| execution.result == ExecutionResult::Applied) {
            truth.apply(execution);
        }
        truth
    }

    /// Whether what the replay ends with is what the portal has in the end.
    pub(crate) fn agrees_with(&self, end: &Snapshot) -> bool {
        self.present == things(end)
    }

    /// True when a thing was missing at one place at least between the two, both included. Links of a lead are missing
    /// when it has none.
    pub(crate) fn was_missing(&self, thing: Thing, from: u64, to: u64) -> bool {
        (from..=to).any(|place| !self.exists(thing, place))
    }

    /// Whether a thing existed after so many executions.
    pub(crate) fn exists(&self, thing: Thing, place: u64) -> bool {
        let at = |changes: &[(u64, bool)]| {
            let last = changes.iter().rev().find(|(changed, _)| *changed <= place);
            last.is_some_and(|(_, exists)| *exists)
        };
        match thing {
            Thing::Links(lead) => {
                let links = Thing::Link(lead, 0)..=Thing::Link(lead, i64::MAX);
                self.changes.range(links).any(|(_, changes)| at(changes))
            }
            thing => self.changes.get(&thing).is_some_and(|changes| at(changes)),
        }
    }

    fn apply(&mut self, execution: &Execution) {
        let place = execution.sequence;
        match (execution.method, execution.lead_id, execution.contact_id) {
            ("crm.lead.delete" | "crm.item.delete", Some(lead), _) => {
                self.goes(Thing::Lead(lead), place);
                self.links_go(place, |owner, _| owner == lead);
            }
            ("crm.contact.delete" | "crm.item.delete", None, Some(contact)) => {
                self.goes(Thing::Contact(contact), place);
                self.links_go(place, |_, other| other == contact);
            }
            ("crm.lead.contact.delete", Some(lead), Some(contact)) => {
                self.goes(Thing::Link(lead, contact), place);
            }
            ("crm.lead.contact.items.delete", Some(lead), _) => {
                self.links_go(place, |owner, _| owner == lead);
            }
            ("crm.lead.contact.add", Some(lead), Some(contact)) => {
                self.comes(Thing::Link(lead, contact), place);
            }
            ("crm.lead.add", Some(lead), _) => self.comes(Thing::Lead(lead), place),
            ("crm.contact.add", _, Some(contact)) => self.comes(Thing::Contact(contact), place),
            _ => {}
        }
    }

    fn comes(&mut self, thing: Thing, place: u64) {
        self.present.insert(thing);
        self.changes.entry(thing).or_default().push((place, true));
    }

    fn goes(&mut self, thing: Thing, place: u64) {
        if self.present.remove(&thing) {
            self.changes.entry(thing).or_default().push((place, false));
        }
    }

    fn links_go(&mut self, place: u64, which: impl Fn(i64, i64) -> bool) {
        let goes = |thing: &Thing| matches!(*thing, Thing::Link(lead, contact) if which(lead, contact));
        let gone: Vec<_> = self.present.iter().filter(|thing| goes(thing)).copied().collect();
        gone.into_iter().for_each(|thing| self.goes(thing, place));
    }
}

fn things(snapshot: &Snapshot) -> BTreeSet<Thing> {
    let leads = snapshot.leads.iter().map(|id| Thing::Lead(*id));
    let contacts = snapshot.contacts.iter().map(|id| Thing::Contact(*id));
    let links = snapshot.lead_contacts.iter().map(|link| Thing::Link(link.lead_id, link.contact_id));
    leads.chain(contacts).chain(links).collect()
}
