//! Target lists and filters of the command.

use b24delete::Operation;
use b24delete_cli::fuzzing::{self, TargetKind};
use serde_json::Value;

use super::SECRET;

const KINDS: [TargetKind; 4] =
    [TargetKind::Lead, TargetKind::Contact, TargetKind::LeadContact, TargetKind::LeadContactItems];

/// Reads the input as a list of targets: its first byte chooses the kind, a NUL ends an argument, and what follows the
/// last one is the file.
///
/// # Panics
/// When a target is handed out that the input does not hold, or twice, or a webhook's secret is repeated.
pub fn targets(input: &[u8]) {
    let Some((choice, input)) = input.split_first() else { return };
    let Some(kind) = KINDS.get(usize::from(*choice) % KINDS.len()) else { return };
    let mut parts: Vec<_> = input.split(|byte| *byte == 0).collect();
    let file = parts.pop().unwrap_or_default();
    let arguments: Vec<_> =
        parts.into_iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    match fuzzing::targets(*kind, &arguments, file) {
        Err(text) => check_secret(&String::from_utf8_lossy(input), &text),
        Ok(operations) => {
            let mut seen = std::collections::HashSet::new();
            let typed = String::from_utf8_lossy(input);
            let has_ranges = arguments.iter().any(|argument| argument.contains('-'));
            for operation in operations {
                assert!(seen.insert(operation), "{operation:?} twice");
                assert!(has_ranges || is_in(&operation, &typed), "{operation:?} was not given");
            }
        }
    }
}

/// Reads the lines of the input as conditions; what follows a NUL is a row, as JSON, to check them against.
///
/// # Panics
/// When a condition gets lost or becomes empty, or a webhook's secret is repeated.
pub fn filter(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (conditions, row) = text.split_once('\0').unwrap_or((text, ""));
    let conditions: Vec<_> = conditions.lines().map(str::to_owned).collect();
    let row: Value = serde_json::from_str(row).unwrap_or_default();
    match fuzzing::filter(&conditions, row.as_object().unwrap_or(&serde_json::Map::new())) {
        Err(text) => check_secret(&conditions.join("\n"), &text),
        Ok(filter) => {
            let paging = usize::from(!conditions.iter().any(|condition| condition.starts_with(">ID=")));
            assert_eq!(filter.len(), conditions.len() + paging, "{conditions:?} became {filter:?}");
            for (key, value) in filter {
                let texts = value.as_array().cloned().unwrap_or_else(|| vec![value]);
                assert!(!texts.is_empty(), "{key} has no value");
                for text in texts {
                    assert!(text.as_str().is_some_and(|text| !text.trim().is_empty()), "{key} is empty");
                }
            }
        }
    }
}

/// All ids of the operation stand in the text.
fn is_in(operation: &Operation, text: &str) -> bool {
    let lead = operation.lead_id().is_none_or(|id| text.contains(&id.to_string()));
    lead && operation.contact_id().is_none_or(|id| text.contains(&id.to_string()))
}

/// A secret that stands in webhook URLs only is not repeated.
fn check_secret(typed: &str, told: &str) {
    let in_urls = typed.matches(&format!("/rest/1/{SECRET}")).count();
    if in_urls == typed.matches(SECRET).count() {
        assert!(!told.contains(SECRET), "{told}");
    }
}
