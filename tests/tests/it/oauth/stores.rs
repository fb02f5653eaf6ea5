//! What is kept between processes, and when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use b24delete::{ErrorKind, Secret, StoreFuture, TokenStore, Tokens};
use b24delete_emulator::settings::MethodCost;
use b24delete_tests::in_process::pass;

use super::*;

/// A store in memory whose saving takes a while, and can be made to fail.
#[derive(Debug, Default)]
struct Memory {
    saved: Mutex<Option<String>>,
    fails: AtomicBool,
}

impl Memory {
    fn tokens(&self) -> Option<Tokens> {
        self.saved.lock().unwrap().as_deref().map(|text| Tokens::from_json(text).unwrap())
    }
}

impl TokenStore for Memory {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        Box::pin(async { Ok(self.tokens()) })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let text = tokens.to_json();
        Box::pin(async move {
            pass(Duration::from_secs(2)).await;
            if self.fails.load(Ordering::Relaxed) {
                return Err("no space left on device".into());
            }
            *self.saved.lock().unwrap() = Some(text);
            Ok(())
        })
    }
}

fn with_store(portal: &Emulator, store: &Arc<Memory>) -> Client {
    application_client(portal, |oauth| oauth.store = Some(Arc::clone(store) as Arc<dyn TokenStore>))
}

#[tokio::test(start_paused = true)]
async fn a_token_is_saved_before_it_is_used() {
    let portal = portal(expiring(10, 3_600.0));
    portal.expire_access_tokens();
    let store = Arc::new(Memory::default());
    let client = with_store(&portal, &store);
    let watched = Arc::clone(&store);
    let watched_portal = portal.clone();
    let calls: Vec<_> = (1..=10)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.delete_lead(lead(id)).await.map(drop) })
        })
        .collect();
    while watched.tokens().is_none() {
        assert_eq!(watched_portal.executions(0), []);
        pass(Duration::from_millis(100)).await;
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(asked(&portal), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_keeps_the_token_from_use_and_loses_nothing() {
    let portal = portal(expiring(10, 3_600.0));
    portal.expire_access_tokens();
    let store = Arc::new(Memory::default());
    store.fails.store(true, Ordering::Relaxed);
    let client = with_store(&portal, &store);
    let error = client.delete_lead(lead(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.description().contains("no space left"), "{error}");
    assert_eq!(portal.executions(0), []);
    store.fails.store(false, Ordering::Relaxed);
    client.delete_lead(lead(1)).await.unwrap();
    assert_eq!(asked(&portal), 1, "the tokens of the first renewal were kept and saved");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_is_saved_although_its_caller_has_gone() {
    let mut settings = expiring(1, 3_600.0);
    settings.cost = vec![MethodCost { method: "oauth.token".into(), seconds: 5.0 }];
    let portal = portal(settings);
    portal.expire_access_tokens();
    let store = Arc::new(Memory::default());
    let client = with_store(&portal, &store);
    let reading = tokio::time::timeout(Duration::from_secs(1), async {
        client.read("app.info", &serde_json::json!({})).await.map(drop)
    });
    assert!(reading.await.is_err());
    pass(Duration::from_secs(10)).await;
    assert!(store.tokens().is_some());
}

#[tokio::test(start_paused = true)]
async fn the_next_process_goes_on_with_what_the_store_has() {
    let portal = portal(expiring(10, 3_600.0));
    portal.expire_access_tokens();
    let store = Arc::new(Memory::default());
    with_store(&portal, &store).delete_lead(lead(1)).await.unwrap();
    // The configuration still has the first refresh token, which is used up.
    with_store(&portal, &store).delete_lead(lead(2)).await.unwrap();
    assert_eq!(asked(&portal), 1);
    // Another refresh token in the configuration, after a new login elsewhere, replaces what the store has.
    let newer = store.tokens().unwrap().refresh_token.unwrap();
    let other = application_client(&portal, |oauth| {
        (oauth.access_token, oauth.refresh_token) = (None, Some(Secret::new("another one")));
        oauth.store = Some(Arc::clone(&store) as Arc<dyn TokenStore>);
    });
    assert_eq!(other.delete_lead(lead(3)).await.unwrap_err().code(), "invalid_grant");
    assert_eq!(store.tokens().unwrap().refresh_token, Some(newer));
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_a_store_take_over_what_another_has_renewed() {
    let portal = portal(expiring(10, 3_600.0));
    let store = Arc::new(Memory::default());
    let (one, other) = (with_store(&portal, &store), with_store(&portal, &store));
    one.delete_lead(lead(1)).await.unwrap();
    other.delete_lead(lead(2)).await.unwrap();
    portal.expire_access_tokens();
    one.delete_lead(lead(3)).await.unwrap();
    other.delete_lead(lead(4)).await.unwrap();
    assert_eq!(asked(&portal), 1);
    // What the other took over has expired too by now: it takes a look and a renewal.
    portal.expire_access_tokens();
    one.delete_lead(lead(5)).await.unwrap();
    portal.expire_access_tokens();
    other.delete_lead(lead(6)).await.unwrap();
    assert_eq!(asked(&portal), 3);
}
