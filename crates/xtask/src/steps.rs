//! A list of named steps that stops at the first failure.

use std::error::Error;

/// What a step ends with.
pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// One thing that a command does.
pub(crate) struct Step<'a> {
    name: &'static str,
    action: Box<dyn FnOnce() -> Outcome + 'a>,
}

impl<'a> Step<'a> {
    /// A step that is announced by `name`.
    pub(crate) fn new(name: &'static str, action: impl FnOnce() -> Outcome + 'a) -> Self {
        Self { name, action: Box::new(action) }
    }

    /// True when its name contains that.
    pub(crate) fn is_called(&self, part: &str) -> bool {
        self.name.contains(part)
    }
}

/// Runs the steps in order.
///
/// # Errors
///
/// When a step fails; the message names it, and the steps behind it do not run.
pub(crate) fn run(steps: Vec<Step<'_>>) -> Outcome {
    let count = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        eprintln!("== {}/{count} {}", index + 1, step.name);
        (step.action)().map_err(|error| format!("`{}` failed: {error}", step.name))?;
    }
    eprintln!("== all {count} steps passed");
    Ok(())
}
