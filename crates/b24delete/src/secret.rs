//! Values that must never be seen: types that cannot print them, and a mask for texts of others.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use crate::sync::locked;

const MASK: &str = "***";

/// Shorter values are not searched for in texts: they would also be found by chance.
const SHORTEST_MASKED: usize = 4;

/// So many secrets are masked at most: two tokens an hour for more than a day.
const MOST_KNOWN: usize = 64;

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
#[derive(Debug, Default)]
pub(crate) struct Redactor(Mutex<VecDeque<Secret>>);

impl Redactor {
    #[cfg(test)]
    pub(crate) fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let redactor = Self::default();
        redactor.learn(secrets);
        redactor
    }

    /// Masks these too from now on: tokens change while a client works.
    pub(crate) fn learn(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut known = locked(&self.0);
        for secret in secrets {
            if secret.reveal().len() >= SHORTEST_MASKED && !known.contains(&secret) {
                known.push_back(secret);
            }
        }
        // What a client starts with stays; of the tokens that came later the oldest have long expired.
        while known.len() > MOST_KNOWN {
            known.remove(MOST_KNOWN / 4);
        }
    }

    /// `text` with every known secret replaced, in any letter case: a portal may not keep it, and a host name never does.
    pub(crate) fn mask(&self, text: &str) -> String {
        let known = locked(&self.0);
        known.iter().fold(text.to_owned(), |text, secret| masked(&text, secret.reveal()))
    }
}

fn masked(text: &str, secret: &str) -> String {
    let (in_lower_case, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for (start, found) in in_lower_case.match_indices(&secret) {
        shown.push_str(text.get(end..start).unwrap_or_default());
        shown.push_str(MASK);
        end = start + found.len();
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new("s3cretcode");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        let redactor = Redactor::new([secret, Secret::new("ab")]);
        assert_eq!(redactor.mask("see /rest/1/s3cretcode/ about"), "see /rest/1/***/ about");
        assert_eq!(redactor.mask("S3CRETcode, ы s3cretcode"), "***, ы ***");
        redactor.learn([Secret::new("t0ken")]);
        assert_eq!(redactor.mask("s3cretcode and t0ken"), "*** and ***");
    }

    #[test]
    fn the_newest_secrets_and_the_first_ones_stay_masked() {
        let redactor = Redactor::new([Secret::new("the client's own")]);
        for number in 0..1_000 {
            redactor.learn([Secret::new(&format!("token {number:04}."))]);
        }
        assert_eq!(redactor.mask("the client's own, token 0999., token 0970."), "***, ***, ***");
        assert_eq!(locked(&redactor.0).len(), MOST_KNOWN);
    }
}
