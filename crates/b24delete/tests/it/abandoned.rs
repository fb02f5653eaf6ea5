//! Calls that their caller drops before their end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use b24delete::transport::{Failure, Reply, Request, SendFuture, Transport};
use b24delete::{Client, ClientOptions, LeadId, RateLimit, Status};
use tokio::sync::Notify;

/// A portal that answers when it is told to, and notes which requests came and which were waited for until their end.
#[derive(Debug, Default)]
struct SlowPortal {
    answers: Notify,
    arrived: Notify,
    ended: Notify,
    record: Mutex<Vec<String>>,
}

struct Wire(Arc<SlowPortal>, Result<Reply, Failure>);

impl SlowPortal {
    fn note(&self, what: String) {
        self.record.lock().unwrap().push(what);
    }

    async fn has_answered(&self) {
        tokio::time::timeout(Duration::from_secs(10), self.ended.notified()).await.unwrap();
    }

    fn record(&self) -> Vec<String> {
        self.record.lock().unwrap().clone()
    }
}

impl Transport for Wire {
    fn send(&self, request: Request) -> SendFuture {
        let method = request.url().rsplit('/').next().unwrap_or_default().to_owned();
        let (portal, reply) = (Arc::clone(&self.0), self.1.clone());
        Box::pin(async move {
            portal.note(format!("{method} came"));
            portal.arrived.notify_one();
            portal.answers.notified().await;
            portal.note(format!("{method} was answered"));
            portal.ended.notify_one();
            reply
        })
    }
}

fn client(reply: Result<Reply, Failure>) -> (Client, Arc<SlowPortal>) {
    let portal = Arc::new(SlowPortal::default());
    let mut options = ClientOptions::webhook("https://example.bitrix24.com/rest/1/abc/");
    options.transport = Some(Arc::new(Wire(Arc::clone(&portal), reply)));
    options.rate_limit = RateLimit::OFF;
    (Client::new(options).unwrap(), portal)
}

fn deleted() -> Result<Reply, Failure> {
    Ok(Reply::new(200, br#"{"result":true}"#.to_vec()))
}

/// Lets a call get as far as it gets alone.
async fn begin(call: impl Future) {
    let mut call = pin!(call);
    poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn what_is_on_the_wire_is_seen_through() {
    let (client, portal) = client(deleted());
    begin(client.delete_lead(LeadId::new(1).unwrap())).await;
    portal.arrived.notified().await;
    portal.answers.notify_one();
    portal.has_answered().await;
    assert_eq!(portal.record(), ["crm.lead.delete.json came", "crm.lead.delete.json was answered"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_more_is_sent() {
    let (client, portal) = client(Err(Failure::Timeout));
    begin(client.delete_lead(LeadId::new(1).unwrap())).await;
    portal.answers.notify_one();
    portal.has_answered().await;
    tokio::time::sleep(2 * client.settle_time()).await;
    assert_eq!(portal.record(), ["crm.lead.delete.json came", "crm.lead.delete.json was answered"]);
}

#[test]
fn the_last_hand_may_let_go_outside_of_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (client, portal) = client(deleted());
    let mut call = Box::pin(client.delete_lead(LeadId::new(1).unwrap()));
    runtime.block_on(begin(call.as_mut()));
    drop(call);
    runtime.block_on(async {
        portal.answers.notify_one();
        portal.has_answered().await;
    });
    assert_eq!(portal.record().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_waited_for_needs_no_task() {
    let (client, portal) = client(deleted());
    portal.answers.notify_one();
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let mut call = pin!(client.delete_lead(LeadId::new(1).unwrap()));
    let deletion = poll_fn(|context| {
        let polled = call.as_mut().poll(context);
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
        polled
    })
    .await;
    assert_eq!(deletion.unwrap().status, Status::Deleted);
}
