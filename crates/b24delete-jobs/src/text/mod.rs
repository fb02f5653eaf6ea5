//! Texts for people: numbers as they are read, and words of strangers made harmless.

mod counts;
mod escape;
mod target;

pub use self::counts::{counted, grouped, spell};
pub use self::escape::{harmless, harmless_json, shortened};
pub use self::target::target;
