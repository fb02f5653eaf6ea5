//! The four kinds of targets and how they are written.

use b24delete::{ContactId, Error, LeadId, Operation, Result};
use b24delete_jobs::text::counted;

use crate::escape::{shown, without_webhooks};
use crate::failure::Failure;

/// The most ids that one range may hold: what is typed in a few characters should not delete everything.
const LARGEST_RANGE: u64 = 10_000_000;

/// Which of the four operations the targets are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `crm.lead.delete`
    Lead,
    /// `crm.contact.delete`
    Contact,
    /// `crm.lead.contact.delete`
    LeadContact,
    /// `crm.lead.contact.items.delete`
    LeadContactItems,
}

/// One target, or a range of ids, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    One(Operation),
    Range(u64, u64),
}

impl Kind {
    /// `1 lead`, `2,000 contacts`
    pub(crate) fn count(self, number: u64) -> String {
        match self {
            Self::Lead => counted(number, "lead", "leads"),
            Self::Contact => counted(number, "contact", "contacts"),
            Self::LeadContact => counted(number, "lead-contact binding", "lead-contact bindings"),
            Self::LeadContactItems => {
                format!("all contact bindings of {}", counted(number, "lead", "leads"))
            }
        }
    }

    /// Whether records go, rather than bindings between them.
    pub(crate) const fn deletes_records(self) -> bool {
        matches!(self, Self::Lead | Self::Contact)
    }

    /// The command for such targets.
    pub(crate) const fn command(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::LeadContact => "lead-contact",
            Self::LeadContactItems => "lead-contact-items",
        }
    }

    /// The kind whose operations go through this REST method.
    pub(crate) fn of_method(method: &str) -> Option<Self> {
        Some(match method {
            "crm.lead.delete" => Self::Lead,
            "crm.contact.delete" => Self::Contact,
            "crm.lead.contact.delete" => Self::LeadContact,
            "crm.lead.contact.items.delete" => Self::LeadContactItems,
            _ => return None,
        })
    }

    /// What one target is called.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Lead | Self::LeadContactItems => "lead id",
            Self::Contact => "contact id",
            Self::LeadContact => "binding",
        }
    }

    /// The operation on one id; `None` where a target has two, or the id is out of range.
    pub(super) fn operation(self, id: u64) -> Option<Operation> {
        let id = i64::try_from(id).ok()?;
        match self {
            Self::Lead => Operation::lead(id).ok(),
            Self::Contact => Operation::contact(id).ok(),
            Self::LeadContact => None,
            Self::LeadContactItems => Operation::lead_contact_items(id).ok(),
        }
    }

    /// Reads one target: an id, or `LEAD:CONTACT`.
    pub(super) fn parse(self, text: &str) -> Result<Operation, Failure> {
        let parsed = match self {
            Self::Lead => text.parse().map(|lead_id| Operation::DeleteLead { lead_id }),
            Self::Contact => text.parse().map(|contact_id| Operation::DeleteContact { contact_id }),
            Self::LeadContactItems => {
                text.parse().map(|lead_id| Operation::DeleteLeadContactItems { lead_id })
            }
            Self::LeadContact => return parse_pair(text),
        };
        parsed.map_err(|error| with_hint(text, refused(&error)))
    }

    /// Reads the two ids of a binding.
    pub(super) fn parse_binding(lead: &str, contact: &str) -> Result<Operation, Failure> {
        let read = || -> Result<Operation> {
            let lead_id: LeadId = lead.parse()?;
            let contact_id: ContactId = contact.parse()?;
            Ok(Operation::DeleteLeadContact { lead_id, contact_id })
        };
        read().map_err(|error| refused(&error))
    }

    /// Reads an argument: a target or a range of ids.
    pub(super) fn parse_argument(self, text: &str) -> Result<Item, Failure> {
        match text.split_once('-').filter(|(first, _)| !first.is_empty() && !text.contains("://")) {
            Some(_) if self == Self::LeadContact => parse_pair(text).map(Item::One),
            Some((first, last)) => self.parse_range(text, first, last),
            None => self.parse(text).map(Item::One),
        }
    }

    /// How many ids an argument stands for.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn range_length(self, text: &str) -> Result<u64, Failure> {
        self.parse_argument(text).map(|item| match item {
            Item::One(_) => 1,
            Item::Range(first, last) => last - first + 1,
        })
    }

    fn parse_range(self, text: &str, first: &str, last: &str) -> Result<Item, Failure> {
        let id = |end: &str| match self.parse(end) {
            Ok(_) => Ok(end.parse().unwrap_or_default()),
            Err(failure) => Err(Failure {
                message: format!("`{}` is not a range of {}s: {}", shown(text), self.noun(), failure.message),
                ..failure
            }),
        };
        let (first, last): (u64, u64) = (id(first)?, id(last)?);
        if first > last {
            return Err(Failure::usage(format!("range `{text}` runs the wrong way round"))
                .hint(format!("a range begins with the smaller id: `{last}-{first}`")));
        }
        if last - first >= LARGEST_RANGE {
            let allowed = b24delete_jobs::text::grouped(LARGEST_RANGE);
            return Err(Failure::usage(format!(
                "range `{text}` is too large: at most {allowed} ids are allowed"
            )));
        }
        Ok(Item::Range(first, last))
    }
}

fn parse_pair(text: &str) -> Result<Operation, Failure> {
    let wrong = || {
        let needed = "`LEAD:CONTACT` is needed, two ids such as `1:1010`";
        with_hint(text, Failure::usage(format!("`{}` is not a binding: {needed}", shown(text))))
    };
    let (lead, contact) = text.split_once(':').ok_or_else(wrong)?;
    if lead.is_empty() || contact.is_empty() || text.contains("://") {
        return Err(wrong());
    }
    Kind::parse_binding(lead, contact).map_err(|failure| failure.within(format!("`{}`", shown(text))))
}

/// What is wrong with an id. It repeats what was typed, which may be a webhook even without `://`.
fn refused(error: &Error) -> Failure {
    Failure::usage(without_webhooks(error.description()))
}

/// Points out the usual slips.
fn with_hint(text: &str, failure: Failure) -> Failure {
    if text.contains("://") {
        let message = format!("`{}` is a URL, not a target", shown(text));
        return Failure::usage(message)
            .hint("the webhook URL goes into a file for `--webhook-file`, or into `B24_WEBHOOK`");
    }
    match text.contains(',') {
        true => failure.hint("targets are separated by spaces, not by commas"),
        false => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: Kind, text: &str) -> String {
        kind.parse_argument(text).unwrap_err().message
    }

    #[test]
    fn targets_and_ranges_are_read() {
        assert_eq!(Kind::Lead.parse_argument("7").unwrap(), Item::One(Operation::lead(7).unwrap()));
        assert_eq!(Kind::Contact.parse_argument("100-200").unwrap(), Item::Range(100, 200));
        assert_eq!(Kind::Contact.parse_argument("5-5").unwrap(), Item::Range(5, 5));
        let binding = Operation::lead_contact(1, 1010).unwrap();
        assert_eq!(Kind::LeadContact.parse_argument("1:1010").unwrap(), Item::One(binding));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let needed = "is not a lead id: a whole number from 1 to 9007199254740991 is needed";
        for text in ["0", "-1", "1.5", "", "9007199254740992", "1,2", "x"] {
            assert_eq!(message(Kind::Lead, text), format!("`{text}` {needed}"));
        }
        assert_eq!(message(Kind::Lead, "200-100"), "range `200-100` runs the wrong way round");
        assert!(
            message(Kind::Lead, "100-").starts_with("`100-` is not a range of lead ids: `` is not a lead id")
        );
        assert!(message(Kind::Lead, "0-5").contains("`0` is not a lead id"));
        assert!(message(Kind::Lead, "1-20000000").ends_with("at most 10,000,000 ids are allowed"));
        for text in ["1:", ":2", ":", "12", "1-2"] {
            assert!(message(Kind::LeadContact, text).starts_with(&format!("`{text}` is not a binding: ")));
        }
        assert!(message(Kind::LeadContact, "1:0").starts_with("`1:0`: `0` is not a contact id"));
        assert!(message(Kind::LeadContact, "1:2:3").starts_with("`1:2:3`: `2:3` is not a contact id"));
    }

    #[test]
    fn a_webhook_among_the_targets_is_not_repeated() {
        for kind in [Kind::Lead, Kind::LeadContact] {
            let text = message(kind, "https://a-b.c/rest/1/s3cretcode/");
            assert_eq!(text, "`https://a-b.c/rest/1/***/` is a URL, not a target");
            for webhook in ["a.b/rest/1/s3cretcode/", "https:/rest/1/s3cretcode/", "1:/rest/1/s3cretcode"] {
                let text = message(kind, webhook);
                assert!(text.contains("/rest/1/***") && !text.contains("s3cret"), "{text}");
            }
        }
    }
}
