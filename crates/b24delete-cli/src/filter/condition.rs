//! The conditions of a filter as they are typed: `STATUS_ID=JUNK`, `>=DATE_CREATE=2024-01-01`, `@STATUS_ID=A,B`.

use serde_json::{Map, Value};

use crate::escape::shown;
use crate::failure::Failure;

/// What a condition asks of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    /// One of several values.
    OneOf,
    /// The value is somewhere in the text.
    Contains,
    /// A pattern in which `%` stands for any text.
    Pattern,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// The operators as they stand before a field's name, longer ones first.
const PREFIXES: [(&str, bool, Operator); 16] = [
    ("!=%", true, Operator::Pattern),
    ("!%=", true, Operator::Pattern),
    ("!=", true, Operator::Equal),
    ("!@", true, Operator::OneOf),
    ("!%", true, Operator::Contains),
    (">=", false, Operator::GreaterOrEqual),
    ("<=", false, Operator::LessOrEqual),
    ("=%", false, Operator::Pattern),
    ("%=", false, Operator::Pattern),
    (">", false, Operator::Greater),
    ("<", false, Operator::Less),
    ("@", false, Operator::OneOf),
    ("=", false, Operator::Equal),
    ("%", false, Operator::Contains),
    ("!", true, Operator::Equal),
    ("", false, Operator::Equal),
];

/// One `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    prefix: &'static str,
    pub(super) negated: bool,
    pub(super) operator: Operator,
    /// The field's name as the portal knows it.
    pub(super) field: String,
    /// The values; more than one only with [`Operator::OneOf`].
    pub(super) values: Vec<String>,
}

impl Condition {
    /// Reads `KEY=VALUE`, where KEY is a field's name with an operator before it.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let shown = shown(text);
        let (prefix, negated, operator) = PREFIXES
            .into_iter()
            .find(|(prefix, ..)| text.starts_with(prefix))
            .unwrap_or(("", false, Operator::Equal));
        let rest = text.get(prefix.len()..).unwrap_or_default();
        let end =
            rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (field, rest) = rest.split_at(end);
        let Some(value) = rest.strip_prefix('=').filter(|_| !field.is_empty()) else {
            let failure = Failure::usage(format!("`{shown}` is not a filter: `KEY=VALUE` is needed"));
            return Err(match rest.starts_with(['<', '>', '!', '@', '%']) {
                true => failure.hint("an operator stands before the name, as in `>=DATE_CREATE=2024-01-01`"),
                false => {
                    failure.hint("for example `STATUS_ID=JUNK`, `%TITLE=test` or `>=DATE_CREATE=2024-01-01`")
                }
            });
        };
        let values: Vec<_> = match operator {
            Operator::OneOf => value.split(',').map(|value| value.trim().to_owned()).collect(),
            _ => vec![value.to_owned()],
        };
        if values.iter().any(|value| value.trim().is_empty()) {
            return Err(Failure::usage(format!("filter `{shown}` has an empty value"))
                .hint("the portal could take it for no condition at all and match every record"));
        }
        Ok(Self { prefix, negated, operator, field: field.to_owned(), values })
    }

    /// The key in the portal's filter.
    pub(super) fn key(&self) -> String {
        format!("{}{}", self.prefix, self.field)
    }

    fn value(&self) -> Value {
        match (self.operator, self.values.as_slice()) {
            (Operator::OneOf, values) => values.iter().cloned().map(Value::String).collect(),
            (_, values) => Value::String(values.concat()),
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}={}", self.key(), self.values.join(","))
    }
}

/// All conditions, which a record must meet together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(super) conditions: Vec<Condition>,
    /// Only records above this id: `>ID` is also how pages are turned, so it cannot stand in the filter twice.
    pub(super) above: u64,
}

impl Filter {
    /// Reads all `--filter` values.
    ///
    /// # Errors
    /// For the first one that is not `KEY=VALUE`, is empty, or is given twice.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, Failure> {
        let mut filter = Self { conditions: Vec::new(), above: 0 };
        let mut keys = Vec::new();
        for text in texts {
            let condition = Condition::parse(text)?;
            let key = condition.key();
            if keys.contains(&key) {
                return Err(Failure::usage(format!(
                    "filter key `{key}` is given twice, and only one would count"
                ))
                .hint(format!("for one of several values write `@{}=A,B`", condition.field)));
            }
            match key == ">ID" {
                true => filter.above = above(&condition)?,
                false => filter.conditions.push(condition),
            }
            keys.push(key);
        }
        Ok(filter)
    }

    /// The filter for the page after that id.
    pub(crate) fn page(&self, after: u64) -> Map<String, Value> {
        let mut filter: Map<_, _> =
            self.conditions.iter().map(|condition| (condition.key(), condition.value())).collect();
        filter.insert(">ID".to_owned(), Value::String(after.max(self.above).to_string()));
        filter
    }
}

fn above(condition: &Condition) -> Result<u64, Failure> {
    let value = condition.values.concat();
    let wrong = || Failure::usage(format!("filter `{}` needs a whole number", shown(&condition.to_string())));
    value.trim().parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> (String, bool, Operator, Vec<String>) {
        let Condition { negated, operator, field, values, .. } = Condition::parse(text).unwrap();
        (field, negated, operator, values)
    }

    #[test]
    fn operators_stand_before_the_name() {
        for (text, field, negated, operator, value) in [
            ("STATUS_ID=JUNK", "STATUS_ID", false, Operator::Equal, "JUNK"),
            ("=STATUS_ID=JUNK", "STATUS_ID", false, Operator::Equal, "JUNK"),
            ("!STATUS_ID=JUNK", "STATUS_ID", true, Operator::Equal, "JUNK"),
            ("!=STATUS_ID=JUNK", "STATUS_ID", true, Operator::Equal, "JUNK"),
            (">=DATE_CREATE=2024-01-01", "DATE_CREATE", false, Operator::GreaterOrEqual, "2024-01-01"),
            ("<ID=5", "ID", false, Operator::Less, "5"),
            ("%TITLE=a=b", "TITLE", false, Operator::Contains, "a=b"),
            ("=%TITLE=a%", "TITLE", false, Operator::Pattern, "a%"),
            ("%=TITLE=a%", "TITLE", false, Operator::Pattern, "a%"),
            ("!%TITLE=a", "TITLE", true, Operator::Contains, "a"),
        ] {
            assert_eq!(
                condition(text),
                (field.to_owned(), negated, operator, vec![value.to_owned()]),
                "{text}"
            );
        }
        assert_eq!(condition("!@STATUS_ID=A, B").3, ["A", "B"]);
    }

    #[test]
    fn what_would_match_everything_is_refused() {
        for text in ["STATUS_ID=", "STATUS_ID=  ", "@STATUS_ID=A,,B", ">=DATE_CREATE="] {
            let failure = Condition::parse(text).unwrap_err();
            assert_eq!(failure.message, format!("filter `{text}` has an empty value"));
        }
        for text in ["", "STATUS_ID", "=JUNK", ">5", "a b=c", "DATE>=1"] {
            assert!(Condition::parse(text).unwrap_err().message.contains("is not a filter"), "{text}");
        }
    }

    #[test]
    fn a_webhook_in_the_wrong_place_is_not_repeated() {
        for text in ["https://a.b/rest/1/s3cretcode/", "@TITLE=https://a.b/rest/1/s3cretcode/,"] {
            let failure = Condition::parse(text).unwrap_err();
            assert!(
                failure.message.contains("/rest/1/***/") && !failure.message.contains("s3cret"),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn a_key_counts_once() {
        let twice = ["STATUS_ID=A".to_owned(), "STATUS_ID=B".to_owned()];
        assert!(Filter::parse(&twice).unwrap_err().message.contains("`STATUS_ID` is given twice"));
    }

    #[test]
    fn the_paging_key_keeps_the_larger_bound() {
        let filter = Filter::parse(&[">ID=10".to_owned(), "@STATUS_ID=A,B".to_owned()]).unwrap();
        assert_eq!(Value::Object(filter.page(0)), serde_json::json!({"@STATUS_ID": ["A", "B"], ">ID": "10"}));
        assert_eq!(filter.page(50).get(">ID"), Some(&Value::String("50".to_owned())));
        assert!(Filter::parse(&[">ID=x".to_owned()]).is_err());
    }
}
