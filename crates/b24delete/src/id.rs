//! Ids of leads and contacts, checked before anything is sent.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result};

/// The largest id: 2^53 - 1, the largest whole number that every language here holds exactly.
pub const MAX_ID: u64 = (1 << 53) - 1;

fn check(what: &str, id: i64) -> Result<u64> {
    match u64::try_from(id) {
        Ok(id) if (1..=MAX_ID).contains(&id) => Ok(id),
        _ => Err(invalid(what, &id.to_string())),
    }
}

fn parse(what: &str, text: &str) -> Result<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = digits.then(|| text.parse::<i64>().ok()).flatten().ok_or_else(|| invalid(what, text))?;
    check(what, id)
}

fn invalid(what: &str, value: &str) -> Error {
    let shown: String = value.chars().take(40).collect();
    Error::not_sent(
        ErrorKind::InvalidId,
        format!("`{}` is not a {what} id: a whole number from 1 to {MAX_ID} is needed", shown.escape_debug()),
    )
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Checks that `id` lies between 1 and [`MAX_ID`].
            ///
            /// # Errors
            /// [`ErrorKind::InvalidId`] otherwise.
            pub fn new(id: i64) -> Result<Self> {
                check($what, id).map(Self)
            }

            /// The error for something that is no id at all, such as `12abc`, in the words of all others.
            pub fn invalid(value: &str) -> Error {
                invalid($what, value)
            }

            /// The id as a number, from 1 to [`MAX_ID`].
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = Error;

            fn try_from(id: i64) -> Result<Self> {
                Self::new(id)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Reads decimal digits without sign, space or fraction.
            fn from_str(text: &str) -> Result<Self> {
                parse($what, text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0)
            }
        }
    };
}

id!(
    /// The id of a lead.
    LeadId,
    "lead"
);
id!(
    /// The id of a contact.
    ContactId,
    "contact"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_in_range_are_ids() {
        assert_eq!(LeadId::new(1).unwrap().get(), 1);
        assert_eq!("9007199254740991".parse::<LeadId>().unwrap().get(), MAX_ID);
        for bad in ["0", "-1", "1.5", "", " 1", "+1", "1e3", "9007199254740992", "99999999999999999999", "１"]
        {
            let error = bad.parse::<ContactId>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidId, "{bad}");
            assert_eq!(error.effect(), crate::Effect::NotSent, "{bad}");
        }
        assert!(LeadId::new(0).unwrap_err().to_string().starts_with("`0` is not a lead id"));
    }
}
