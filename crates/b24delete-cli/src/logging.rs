//! `-v` to `-vvv`: what the engine does, on stderr.

use std::io;
use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

use crate::printer::Printer;

/// Sends this project's events to the printer. The HTTP stack below stays silent: its events may hold URLs.
pub(crate) fn start(verbosity: u8, printer: &Arc<Printer>) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let events = tracing_subscriber::fmt::layer().with_writer(Lines(Arc::clone(printer))).with_ansi(false);
    let subscriber = tracing_subscriber::registry()
        .with(events.with_filter(Targets::new().with_target("b24delete", level)));
    // A second command in one process keeps the first one's subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

#[derive(Clone)]
struct Lines(Arc<Printer>);

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.raw_message(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
