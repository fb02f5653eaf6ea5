//! The four operations as single calls against the emulator.

use b24delete::{
    Api, CallOptions, Client, ClientOptions, ConfirmedBy, ContactId, Effect, ErrorKind, LeadId, Operation,
    RateLimit, Status,
};
use b24delete_emulator::profile::{Answers, Language, Unlinked};
use b24delete_emulator::{Emulator, Running, Settings};

use crate::undeletable_lead;

/// A portal of 20 leads and 10 contacts with two contacts to a lead, and a client of it.
async fn portal(adjust: impl FnOnce(&mut Settings, &mut ClientOptions)) -> (Running, Client) {
    let (mut settings, mut options) = (Settings::default(), ClientOptions::default());
    (settings.seed.leads, settings.seed.contacts, settings.seed.links_per_lead) = (20, 10, 2);
    adjust(&mut settings, &mut options);
    let portal = Emulator::serve(settings).await.unwrap();
    options.webhook = portal.addresses().webhook.clone();
    (portal, Client::new(options).unwrap())
}

fn lead(id: i64) -> LeadId {
    LeadId::new(id).unwrap()
}

fn contact(id: i64) -> ContactId {
    ContactId::new(id).unwrap()
}

#[tokio::test]
async fn each_operation_does_what_it_says_and_nothing_else() {
    let (portal, client) = portal(|_, _| {}).await;
    let before = portal.emulator().snapshot().unwrap();
    let link = &before.lead_contacts.iter().find(|link| link.lead_id == 5).unwrap().clone();

    let deletion = client.delete_lead_contact(lead(5), contact(link.contact_id)).await.unwrap();
    assert_eq!(
        (deletion.status, deletion.confirmed_by, deletion.attempts),
        (Status::Deleted, ConfirmedBy::Reply, 1)
    );
    assert!(deletion.time.unwrap().duration.is_some());
    client.delete_lead_contact_items(lead(6)).await.unwrap();
    client.delete_lead(lead(7)).await.unwrap();
    client.delete_contact(contact(10)).await.unwrap();

    let after = portal.emulator().snapshot().unwrap();
    assert_eq!(after.leads.len(), 19);
    assert!(!after.leads.contains(&7));
    assert_eq!(after.contacts, (1..=9).collect::<Vec<_>>());
    let expected = before.lead_contacts.iter().filter(|other| {
        let unlinked = other.lead_id == 5 && other.contact_id == link.contact_id;
        !unlinked && other.lead_id != 6 && other.lead_id != 7 && other.contact_id != 10
    });
    let pairs = |links: Vec<_>| -> Vec<(i64, i64)> { links };
    assert_eq!(
        pairs(after.lead_contacts.iter().map(|link| (link.lead_id, link.contact_id)).collect()),
        pairs(expected.map(|link| (link.lead_id, link.contact_id)).collect()),
    );
    assert_eq!(portal.emulator().executions(0).len(), 4);
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    for (api, answers, language) in [
        (Api::Classic, Answers::Documented, Language::English),
        (Api::Classic, Answers::Observed, Language::English),
        (Api::Classic, Answers::Documented, Language::Russian),
        (Api::Item, Answers::Documented, Language::English),
        (Api::Item, Answers::Observed, Language::Russian),
    ] {
        let (_portal, client) = portal(|settings, options| {
            (settings.profile.answers, settings.profile.language) = (answers, language);
            options.api = api;
        })
        .await;
        let gone = client.delete_lead(lead(999)).await.unwrap_err();
        assert_eq!(
            (gone.kind(), gone.effect(), gone.attempts()),
            (ErrorKind::NotFound, Effect::Rejected, 1),
            "{gone}"
        );
        let gone = client.delete_contact(contact(999)).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
        let gone = client.delete_lead_contact(lead(999), contact(1)).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
        assert_eq!(gone.method(), Some("crm.lead.contact.delete"));
    }
}

#[tokio::test]
async fn a_contact_that_was_not_linked_is_absent() {
    let (_portal, client) = portal(|settings, _| settings.profile.unlinked = Unlinked::False).await;
    let deletion = client.delete_lead_contact(lead(1), contact(9999)).await.unwrap();
    assert_eq!((deletion.status, deletion.confirmed_by), (Status::Absent, ConfirmedBy::Reply));
}

#[tokio::test]
async fn a_forbidden_record_is_a_refusal_that_changed_nothing() {
    for api in [Api::Classic, Api::Item] {
        let (portal, client) = portal(|_, options| options.api = api).await;
        portal.emulator().restrict(&undeletable_lead(3)).unwrap();
        let error = client.delete_lead(lead(3)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::AccessDenied, Effect::Rejected), "{error}");
        assert!(portal.emulator().snapshot().unwrap().leads.contains(&3));
    }
}

#[tokio::test]
async fn the_item_api_calls_its_own_method() {
    let (portal, client) = portal(|_, options| options.api = Api::Item).await;
    client.delete_lead(lead(1)).await.unwrap();
    client.delete_contact(contact(1)).await.unwrap();
    let methods: Vec<_> =
        portal.emulator().executions(0).iter().map(|execution| execution.method.to_string()).collect();
    assert_eq!(methods, ["crm.item.delete", "crm.item.delete"]);
}

#[tokio::test]
async fn a_deadline_during_a_wait_for_the_limit_ends_in_the_limits_error() {
    let (portal, client) = portal(|_, options| options.rate_limit = RateLimit::new(1.0, 0.01).unwrap()).await;
    client.delete_lead(lead(1)).await.unwrap();
    let options = CallOptions::within(std::time::Duration::from_millis(50));
    let error = client.delete(Operation::lead(2).unwrap(), options).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (ErrorKind::RateLimited, Effect::NotSent, 0),
        "{error}"
    );
    assert_eq!(portal.emulator().executions(0).len(), 1);
}

#[tokio::test]
async fn a_wrong_webhook_is_an_authorization_error() {
    let (portal, client) = portal(|_, _| {}).await;
    let wrong = portal.addresses().webhook.replace("/rest/1/", "/rest/1/wrongcode");
    let stranger = Client::new(ClientOptions::webhook(wrong)).unwrap();
    let error = stranger.delete_lead(lead(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidCredentials, Effect::Rejected), "{error}");
    assert!(!format!("{error:?} {error}").contains("wrongcode"));
    client.delete_lead(lead(1)).await.unwrap();
}
