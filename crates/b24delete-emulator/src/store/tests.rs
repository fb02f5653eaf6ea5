use rusqlite::types::Value;

use super::entities::{ACTIVITY, CONTACT, LEAD};
use super::field::Entity;
use super::links::{Link, LinkKind};
use super::{Bound, LeadContact, Seed, Store};

fn integer(store: &Store, entity: &'static Entity, id: i64, name: &str) -> Option<i64> {
    let record = store.fetch(entity, id).unwrap().unwrap();
    let value = record.values.into_iter().find(|(field, _)| field.name == name).unwrap().1;
    if let Value::Integer(number) = value { Some(number) } else { None }
}

fn seeded(seed: &Seed) -> Store {
    let mut store = Store::open(None).unwrap();
    store.seed(seed, 1_750_000_000.0).unwrap();
    store
}

#[test]
fn seeding_gives_what_was_asked_for_and_the_same_each_time() {
    let seed =
        Seed { leads: 10, contacts: 4, links_per_lead: 3, activities_per_lead: 2, shared_activities: 5 };
    let snapshot = seeded(&seed).snapshot().unwrap();
    assert_eq!(snapshot.leads, (1..=10).collect::<Vec<_>>());
    assert_eq!(snapshot.contacts, vec![1, 2, 3, 4]);
    assert_eq!(snapshot.lead_contacts.len(), 30);
    assert_eq!(snapshot.lead_contacts.iter().filter(|link| link.primary).count(), 10);
    assert_eq!(snapshot.activities.len(), 25);
    assert_eq!(snapshot.activities[20], Bound { id: 21, bindings: vec![(1, 1), (1, 2)] });
    assert_eq!(snapshot, seeded(&seed).snapshot().unwrap());
}

#[test]
fn deleting_a_lead_takes_what_hangs_on_it_alone() {
    let mut store = seeded(&Seed {
        leads: 2,
        contacts: 1,
        links_per_lead: 1,
        activities_per_lead: 1,
        shared_activities: 1,
    });
    assert!(store.delete(&LEAD, 1).unwrap());
    assert!(!store.delete(&LEAD, 1).unwrap());
    let snapshot = store.snapshot().unwrap();
    assert_eq!(snapshot.leads, vec![2]);
    assert_eq!(snapshot.contacts, vec![1]);
    assert_eq!(snapshot.lead_contacts.len(), 1);
    assert_eq!(
        snapshot.activities,
        vec![Bound { id: 2, bindings: vec![(1, 2)] }, Bound { id: 3, bindings: vec![(1, 2)] }]
    );
    assert_eq!(
        integer(&store, &ACTIVITY, 3, "OWNER_ID"),
        Some(2),
        "the activity belongs to the lead that is left"
    );
}

#[test]
fn deleting_a_contact_promotes_the_next_and_the_lead_follows() {
    let mut store = seeded(&Seed { leads: 1, contacts: 3, links_per_lead: 3, ..Seed::default() });
    assert!(store.delete(&CONTACT, 1).unwrap());
    let links = store.snapshot().unwrap().lead_contacts;
    assert_eq!(links[0], LeadContact { lead_id: 1, contact_id: 2, sort: 20, primary: true });
    assert!(!links[1].primary);
    assert_eq!(integer(&store, &LEAD, 1, "CONTACT_ID"), Some(2));
    assert!(store.multifields(&CONTACT, 1).unwrap().is_empty());
}

#[test]
fn the_primary_link_is_always_single_and_mirrored() {
    let mut store = seeded(&Seed { leads: 1, contacts: 3, ..Seed::default() });
    let kind = LinkKind::LeadContact;
    let mirrored = |store: &Store| integer(store, &LEAD, 1, "CONTACT_ID");
    assert!(store.add_link(kind, 1, Link { other: 1, sort: 20, primary: false }).unwrap());
    assert_eq!(mirrored(&store), Some(1), "the first link is primary");
    assert!(store.add_link(kind, 1, Link { other: 2, sort: 10, primary: true }).unwrap());
    assert_eq!(mirrored(&store), Some(2));
    assert!(!store.add_link(kind, 1, Link { other: 2, sort: 10, primary: true }).unwrap(), "linked already");
    assert_eq!(store.links(kind, 1).unwrap().iter().filter(|link| link.primary).count(), 1);
    assert!(store.remove_link(kind, 1, 2).unwrap());
    assert_eq!(mirrored(&store), Some(1));
    let pair = [Link { other: 3, sort: 20, primary: false }, Link { other: 2, sort: 10, primary: false }];
    store.set_links(kind, 1, &pair).unwrap();
    assert_eq!(mirrored(&store), Some(2), "the first by SORT");
    assert!(store.clear_links(kind, 1).unwrap());
    assert!(!store.clear_links(kind, 1).unwrap());
    assert_eq!(mirrored(&store), None);
}

#[test]
fn a_file_keeps_the_records_and_never_gives_an_id_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.sqlite");
    let seed = Seed { leads: 3, ..Seed::default() };
    {
        let mut store = Store::open(Some(&path)).unwrap();
        store.seed(&seed, 0.0).unwrap();
        store.delete(&LEAD, 3).unwrap();
    }
    let mut store = Store::open(Some(&path)).unwrap();
    store.seed(&seed, 0.0).unwrap();
    assert_eq!(store.snapshot().unwrap().leads, vec![1, 2, 4, 5, 6]);
}
