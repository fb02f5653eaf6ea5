//! The invariants, each as a function from a story to what breaks it.

mod course;
mod limits;
mod outcomes;
mod usefulness;

use super::story::Story;

/// A broken invariant.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    /// What is wrong.
    pub(crate) text: String,
    /// The operation concerned.
    pub(crate) operation: Option<usize>,
    /// The portal's log proves harm; else the client only took a risk that it must not take.
    pub(crate) harmful: bool,
}

/// Everything that is wrong about a run.
pub(crate) fn violations(story: &Story) -> Vec<Violation> {
    let mut found = Findings::default();
    course::check(story, &mut found);
    outcomes::check(story, &mut found);
    usefulness::check(story, &mut found);
    limits::check(story, &mut found);
    found.0
}

/// Collects what is wrong.
#[derive(Debug, Default)]
struct Findings(Vec<Violation>);

impl Findings {
    /// Notes a violation unless `holds`.
    fn expect(&mut self, holds: bool, operation: Option<usize>, text: impl FnOnce() -> String) {
        if !holds {
            self.0.push(Violation { text: text(), operation, harmful: false });
        }
    }

    /// As `expect`, for what the portal's own log proves.
    fn expect_of_log(&mut self, holds: bool, operation: Option<usize>, text: impl FnOnce() -> String) {
        if !holds {
            self.0.push(Violation { text: text(), operation, harmful: true });
        }
    }
}
