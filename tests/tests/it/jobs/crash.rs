//! A process that dies amid a request, as far as a test in one process can have it: the job file as it is at that
//! instant is kept, and nothing reaches the portal any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use b24delete::transport::{Request, SendFuture, Transport};
use b24delete::{Client, ClientOptions};
use b24delete_emulator::Emulator;
use b24delete_jobs::{Job, JobRunOptions};
use b24delete_tests::in_process::{InProcess, client, options};

use super::Place;

/// Carries requests until one, which is the last that anybody sends.
struct Dying {
    inner: Arc<InProcess>,
    sent: AtomicUsize,
    last: usize,
    arrives: bool,
    died: tokio::sync::Notify,
}

impl Transport for Dying {
    fn send(&self, request: Request) -> SendFuture {
        let number = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        if number < self.last {
            return self.inner.send(request);
        }
        if number > self.last {
            return Box::pin(std::future::pending());
        }
        self.died.notify_one();
        let arrives = self.arrives.then(|| self.inner.send(request));
        Box::pin(async move {
            if let Some(sending) = arrives {
                let _ = sending.await;
            }
            std::future::pending().await
        })
    }
}

/// Runs the job of `place` until its request number `last`, which may arrive at the portal. What a crash leaves is copied
/// to `after`.
pub(super) async fn die(portal: &Emulator, job: &Job, after: &Place, last: usize, arrives: bool) -> Job {
    let dying = Arc::new(Dying {
        inner: InProcess::new(portal.clone()),
        sent: AtomicUsize::new(0),
        last,
        arrives,
        died: tokio::sync::Notify::new(),
    });
    let mut options: ClientOptions = options(portal);
    options.transport = Some(Arc::clone(&dying) as _);
    let client: Client = client(options);
    let mut run = job.run(&client, JobRunOptions::default()).await.unwrap();
    let died = async {
        dying.died.notified().await;
        b24delete_tests::in_process::pass(std::time::Duration::from_secs(1)).await;
    };
    tokio::select! {
        () = died => {}
        () = async { while run.next().await.is_some() {} } => panic!("the run ended before request {last}"),
    }
    let name = job.path().file_name().unwrap();
    for ending in ["", "-wal"] {
        let mut name = name.to_owned();
        name.push(ending);
        std::fs::copy(job.path().with_file_name(&name), after.0.path().join(&name)).unwrap();
    }
    Job::open(after.file()).unwrap()
}
