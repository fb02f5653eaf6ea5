//! The progress bar: how far, how fast, how long, and what is waited for.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use b24delete::{Event, Observer, WaitReason};
use b24delete_jobs::text::{shortened, spell};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::failure::describe;
use crate::printer::{Printer, locked};

/// Short, so that a narrow terminal holds it in one line.
const BAR: &str = "{bar:16} {human_pos}/{human_len}{pace}  {wide_msg}";
const SPINNER: &str = "{spinner} {prefix}  {wide_msg}";

/// How often the bar moves while nothing happens.
const TICK: Duration = Duration::from_millis(250);

/// Shows on a terminal how the work goes; elsewhere it shows nothing.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    shown: bool,
    printer: Arc<Printer>,
    /// True once the user knows that the portal is waited for, until something moves again.
    outage_told: Arc<AtomicBool>,
}

impl Progress {
    /// Nothing is shown before [`count`](Self::count) or [`start`](Self::start).
    pub(crate) fn new(printer: &Arc<Printer>) -> Self {
        let bar = ProgressBar::hidden();
        printer.attach(bar.clone());
        let outage_told = Arc::new(AtomicBool::new(false));
        Self { bar, shown: printer.shows_progress(), printer: Arc::clone(printer), outage_told }
    }

    /// Shows a number that grows towards an end that is not known.
    pub(crate) fn count(&self, text: String) {
        self.show(SPINNER);
        self.bar.set_prefix(text);
    }

    /// Starts a bar of this length, of which so much was done before.
    pub(crate) fn start(&self, length: u64, done: u64) {
        self.bar.reset();
        self.bar.set_length(length);
        self.bar.set_position(done);
        // What an earlier process did says nothing about the pace of this one.
        self.bar.reset_eta();
        self.show(BAR);
    }

    /// So many more are done.
    pub(crate) fn advance(&self, by: u64) {
        self.outage_told.store(false, Ordering::Relaxed);
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
            self.bar.set_style(style.with_key("pace", pace).progress_chars("━╸─"));
        }
    }

    /// Tells the bar what the engine does.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        let Self { bar, printer, outage_told, .. } = self.clone();
        let fault = Mutex::new(String::new());
        Arc::new(move |event: &Event<'_>| match event {
            Event::Waiting { reason, duration } => {
                if *reason == WaitReason::Unreachable && !outage_told.swap(true, Ordering::Relaxed) {
                    let fault = locked(&fault);
                    printer.warning(format_args!("waits for the portal, some minutes at most: {fault}"));
                }
                bar.set_message(format!("waits {} ({})", spell(*duration), reason.as_str()));
            }
            Event::Retrying { error, .. } => {
                *locked(&fault) = shortened(&describe(error), 300);
                bar.set_message(format!("repeats: {}", shortened(&describe(error), 60)));
            }
            Event::Sending { .. } => bar.set_message(""),
            _ => {}
        })
    }
}

/// How fast and how long, once that is known.
fn pace(state: &ProgressState, line: &mut dyn fmt::Write) {
    let rate = state.per_sec();
    if rate > 0.0 && state.pos() < state.len().unwrap_or_default() {
        // A bar that cannot be drawn hinders nothing.
        let _ = write!(line, "  {rate:.1}/s, {:#} left", HumanDuration(state.eta()));
    }
}
