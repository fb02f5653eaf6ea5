//! Ctrl-C and the request to end.

use std::io;

use tokio::sync::mpsc;

/// Counts Ctrl-C and, on Unix, SIGTERM. While it lives, they do not end the process by themselves.
#[derive(Debug)]
pub(crate) struct Interrupts(mpsc::UnboundedReceiver<()>);

impl Interrupts {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(crate) fn listen() -> io::Result<Self> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut signals = Signals::new()?;
        tokio::spawn(async move { while signals.next().await && sender.send(()).is_ok() {} });
        Ok(Self(receiver))
    }

    /// Waits for the next one. No interrupt is lost when the future is dropped.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> bool {
        tokio::select! {
            signal = self.interrupt.recv() => signal.is_some(),
            signal = self.terminate.recv() => signal.is_some(),
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}
