//! What the fuzz targets do with their input, and what must hold whatever it is. The targets in `fuzz/` call these
//! functions, and so does the test that replays the committed corpus.

mod command_line;
mod oracle;
mod replies;
mod scripted;
mod webhooks;

pub use self::command_line::{filter, targets};
pub use self::replies::{batch_reply, call_reply};
pub use self::webhooks::webhook;

/// A fuzz target: it panics when its input shows that something does not hold.
pub type Target = fn(&[u8]);

/// The targets by the names of their corpora.
pub const TARGETS: [(&str, Target); 5] = [
    ("call_reply", call_reply),
    ("batch_reply", batch_reply),
    ("webhook", webhook),
    ("targets", targets),
    ("filter", filter),
];

/// The code of the webhook: it must appear in no error.
const SECRET: &str = "s3cretwebhookcode";
