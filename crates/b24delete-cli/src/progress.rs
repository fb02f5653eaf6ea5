//! The progress bar: how far, how fast, how long, and what is waited for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use b24delete::{Event, Observer};
use b24delete_jobs::text::{shortened, spell};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::failure::describe;
use crate::printer::Printer;

const BAR: &str = "{bar:30} {human_pos}/{human_len}  {rate}, {eta} left  {msg}";
const SPINNER: &str = "{spinner} {prefix}  {msg}";

/// How often the bar moves while nothing happens.
const TICK: Duration = Duration::from_millis(250);

/// Shows on a terminal how the work goes; elsewhere it shows nothing.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    shown: bool,
}

impl Progress {
    /// Nothing is shown before [`count`](Self::count) or [`start`](Self::start).
    pub(crate) fn new(printer: &Printer) -> Self {
        let bar = ProgressBar::hidden();
        printer.attach(bar.clone());
        Self { bar, shown: printer.shows_progress() }
    }

    /// Shows a number that grows towards an end that is not known.
    pub(crate) fn count(&self, text: String) {
        self.show(SPINNER);
        self.bar.set_prefix(text);
    }

    /// Starts a bar of this length.
    pub(crate) fn start(&self, length: u64) {
        self.bar.reset();
        self.bar.set_length(length);
        self.show(BAR);
    }

    /// So many more are done.
    pub(crate) fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Takes the bar off the terminal.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
        self.bar.set_draw_target(ProgressDrawTarget::hidden());
    }

    fn show(&self, template: &str) {
        if self.shown && self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, line: &mut dyn fmt::Write| {
                // A bar that cannot be drawn hinders nothing.
                let _ = write!(line, "{:.1}/s", state.per_sec());
            };
            self.bar.set_style(style.with_key("rate", rate).progress_chars("━╸─"));
        }
    }

    /// Tells the bar what the engine does.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        let bar = self.bar.clone();
        Arc::new(move |event: &Event<'_>| match event {
            Event::Waiting { reason, duration } => {
                bar.set_message(format!("waits {} ({})", spell(*duration), reason.as_str()));
            }
            Event::Retrying { error, .. } => {
                bar.set_message(format!("repeats: {}", shortened(&describe(error), 60)));
            }
            Event::Sending { .. } => bar.set_message(""),
            _ => {}
        })
    }
}
