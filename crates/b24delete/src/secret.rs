//! Values that must never be seen: types that cannot print them, and a mask for texts of others.

use std::fmt;
use std::sync::Arc;

const MASK: &str = "***";

/// Shorter values are not searched for in texts: they would also be found by chance.
const SHORTEST_MASKED: usize = 4;

/// A secret text, such as the code of a webhook. It prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Keeps `value` from being printed.
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value itself, to be sent and never to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// Masks the known secrets in texts that others wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor(Vec<Secret>);

impl Redactor {
    pub(crate) fn new(secrets: Vec<Secret>) -> Self {
        Self(secrets.into_iter().filter(|secret| secret.reveal().len() >= SHORTEST_MASKED).collect())
    }

    /// `text` with every known secret replaced.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.reveal(), MASK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("s3cretcode");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        let redactor = Redactor::new(vec![secret, Secret::new("ab")]);
        assert_eq!(redactor.mask("see /rest/1/s3cretcode/ about"), "see /rest/1/***/ about");
    }
}
