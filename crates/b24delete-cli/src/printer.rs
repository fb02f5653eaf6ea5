//! The one place that writes: data to stdout, everything else to stderr.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Stderr, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;

use crate::escape::without_webhooks;
use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Writes to stdout and stderr without disturbing the progress bar.
#[derive(Debug)]
pub(crate) struct Printer {
    stdout: Mutex<BufWriter<AutoStream<Stdout>>>,
    stderr: Mutex<AutoStream<Stderr>>,
    /// Shared with whoever moves it; hidden while there is nothing to show.
    bar: Mutex<ProgressBar>,
    /// True while a question stands in the last line of the terminal.
    asking: AtomicBool,
    quiet: bool,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
}

impl Printer {
    /// A printer for this process; a quiet one leaves out notes and progress.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            stdout: Mutex::new(BufWriter::with_capacity(1 << 16, anstream::stdout())),
            stderr: Mutex::new(anstream::stderr()),
            bar: Mutex::new(ProgressBar::hidden()),
            asking: AtomicBool::new(false),
            quiet,
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
        }
    }

    /// True when progress may be drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        self.stderr_is_terminal && !self.quiet
    }

    /// True when stderr has a reader who can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.stderr_is_terminal && io::stdin().is_terminal()
    }

    /// Keeps `bar` intact from now on.
    pub(crate) fn attach(&self, bar: ProgressBar) {
        *locked(&self.bar) = bar;
    }

    /// Adds a line of data; it is written out at the latest by [`flush`](Self::flush).
    ///
    /// # Errors
    /// When stdout does not take it, for instance because its reader has gone.
    pub(crate) fn data(&self, line: impl Display) -> io::Result<()> {
        writeln!(locked(&self.stdout), "{line}")
    }

    /// Lets `work` write data of its own. Nobody else writes data meanwhile.
    ///
    /// # Errors
    /// Those of `work`.
    pub(crate) fn write<T, E>(&self, work: impl FnOnce(&mut dyn Write) -> Result<T, E>) -> Result<T, E> {
        work(&mut *locked(&self.stdout))
    }

    /// Writes out all data.
    ///
    /// # Errors
    /// As [`data`](Self::data).
    pub(crate) fn flush(&self) -> io::Result<()> {
        let mut stdout = locked(&self.stdout);
        match self.stdout_is_terminal && !stdout.buffer().is_empty() {
            true => locked(&self.bar).suspend(|| stdout.flush()),
            false => stdout.flush(),
        }
    }

    /// Tells something that is no fault.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            self.message(&text.to_string());
        }
    }

    /// Tells something that deserves attention.
    pub(crate) fn warning(&self, text: impl Display) {
        self.message(&format!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// Tells what went wrong.
    pub(crate) fn error(&self, text: impl Display) {
        self.message(&format!("{ERROR}error:{ERROR:#} {text}"));
    }

    /// Tells what to do.
    pub(crate) fn hint(&self, text: impl Display) {
        self.message(&format!("{HINT}hint:{HINT:#} {text}"));
    }

    /// Tells why the command ended early.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.error(&failure.message);
        failure.hints.iter().for_each(|hint| self.hint(hint));
    }

    /// Asks a question on stderr.
    pub(crate) fn prompt(&self, text: &str) {
        self.raw_message(text);
        self.asking.store(true, Ordering::Relaxed);
    }

    /// The question of [`prompt`](Self::prompt) has its answer, which ended the line.
    pub(crate) fn answered(&self) {
        self.asking.store(false, Ordering::Relaxed);
    }

    /// Writes a line to stderr.
    pub(crate) fn message(&self, text: &str) {
        self.raw_message(&format!("{text}\n"));
    }

    /// Writes to stderr as it is, apart from webhook codes.
    pub(crate) fn raw_message(&self, text: &str) {
        let text = without_webhooks(text);
        let line_end = if self.asking.swap(false, Ordering::Relaxed) { "\n" } else { "" };
        let mut stderr = locked(&self.stderr);
        // Nobody is left to be told that stderr is closed.
        let _ =
            locked(&self.bar).suspend(|| write!(stderr, "{line_end}{text}").and_then(|()| stderr.flush()));
    }
}

/// Text is still worth writing after a panic elsewhere.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
