//! Texts for people: numbers as they are read, and words of strangers made harmless.

mod counts;
mod escape;

pub use self::counts::{counted, grouped, spell};
pub use self::escape::{harmless, harmless_json, shortened};
