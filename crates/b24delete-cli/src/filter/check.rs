//! Checks the portal's rows against the filter once more: the portal passes over what it does not understand.

use jiff::civil::Date;
use jiff::{SpanTotal, Unit};
use serde_json::{Map, Value};

use super::condition::{Condition, Operator};
use super::fields::FieldType;

/// What a second look at a row says about one condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Fails,
    /// The portal knows more than its answer shows, so its word is taken.
    Unclear,
}

impl Verdict {
    fn from(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Holds,
            Some(false) => Self::Fails,
            None => Self::Unclear,
        }
    }
}

impl Condition {
    /// Whether a row meets the condition, as far as that can be told here.
    pub(super) fn check(&self, row: &Map<String, Value>, field_type: FieldType) -> Verdict {
        let shown = match row.get(&self.field) {
            Some(Value::Null | Value::Bool(false)) => Some(String::new()),
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(true)) => Some("1".to_owned()),
            Some(Value::Array(_) | Value::Object(_)) | None => None,
        };
        let holds = shown.and_then(|shown| match field_type {
            FieldType::Number => self.number_holds(&shown),
            FieldType::Text => self.text_holds(&shown),
            FieldType::Day => self.day_holds(&shown),
            FieldType::Other => None,
        });
        Verdict::from(holds)
    }

    fn number_holds(&self, shown: &str) -> Option<bool> {
        // Whether an empty number counts as 0 depends on the field.
        let number: f64 = shown.parse().ok()?;
        let wanted =
            self.values.iter().map(|value| value.trim().parse().ok()).collect::<Option<Vec<f64>>>()?;
        let first = *wanted.first()?;
        let holds = match self.operator {
            Operator::Equal | Operator::OneOf => wanted.contains(&number),
            Operator::Greater => number > first,
            Operator::GreaterOrEqual => number >= first,
            Operator::Less => number < first,
            Operator::LessOrEqual => number <= first,
            Operator::Contains | Operator::Pattern => return None,
        };
        Some(holds != self.negated)
    }

    fn text_holds(&self, shown: &str) -> Option<bool> {
        // The portal's database compares without case and accents; only plain letters are told apart safely here.
        let plain = |text: &str| text.is_ascii().then(|| text.trim().to_lowercase());
        let shown = plain(shown)?;
        let wanted = self.values.iter().map(|value| plain(value)).collect::<Option<Vec<_>>>()?;
        let holds = match self.operator {
            Operator::Equal | Operator::OneOf if !wanted.concat().contains('%') => wanted.contains(&shown),
            Operator::Contains if !wanted.concat().contains(['%', '_']) => shown.contains(&wanted.concat()),
            _ => return None,
        };
        Some(holds != self.negated)
    }

    /// Compares days, and grants one: the portal and the filter may mean different time zones.
    fn day_holds(&self, shown: &str) -> Option<bool> {
        let day = |text: &str| text.get(..10)?.parse::<Date>().ok();
        let difference = day(self.values.first()?)?.until(day(shown)?).ok()?;
        let days = difference.total(SpanTotal::from(Unit::Day).days_are_24_hours()).ok()?;
        match self.operator {
            _ if self.negated => None,
            Operator::Greater | Operator::GreaterOrEqual => Some(days >= -1.0),
            Operator::Less | Operator::LessOrEqual => Some(days <= 1.0),
            Operator::Equal => Some(days.abs() <= 1.0),
            Operator::OneOf | Operator::Contains | Operator::Pattern => None,
        }
    }
}

#[cfg(feature = "fuzzing")]
impl super::Filter {
    /// Holds every condition against a row, whatever the type of its field.
    pub(crate) fn check_as_every_type(&self, row: &Map<String, Value>) {
        for condition in &self.conditions {
            for field_type in [FieldType::Number, FieldType::Text, FieldType::Day, FieldType::Other] {
                condition.check(row, field_type);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(condition: &str, field_type: FieldType, value: Value) -> Verdict {
        let condition = Condition::parse(condition).unwrap();
        let row = [(condition.field.clone(), value)].into_iter().collect();
        condition.check(&row, field_type)
    }

    #[test]
    fn texts_are_compared_without_case() {
        let text = |condition: &str, value: &str| check(condition, FieldType::Text, json!(value));
        assert_eq!(text("STATUS_ID=junk", "JUNK"), Verdict::Holds);
        assert_eq!(text("STATUS_ID=JUNK", "NEW"), Verdict::Fails);
        assert_eq!(text("!STATUS_ID=JUNK", "JUNK"), Verdict::Fails);
        assert_eq!(text("@STATUS_ID=A,B", "b"), Verdict::Holds);
        assert_eq!(text("@STATUS_ID=A,B", "C"), Verdict::Fails);
        assert_eq!(text("%TITLE=test", "My TEST lead"), Verdict::Holds);
        assert_eq!(text("%TITLE=test", "real"), Verdict::Fails);
        assert_eq!(text("=%TITLE=a%", "b"), Verdict::Unclear);
        assert_eq!(text("%TITLE=Müller", "Muller"), Verdict::Unclear);
        assert_eq!(text(">TITLE=a", "b"), Verdict::Unclear);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let number = |condition: &str, value: Value| check(condition, FieldType::Number, value);
        assert_eq!(number("OPPORTUNITY=100", json!("100.00")), Verdict::Holds);
        assert_eq!(number("<ID=5", json!("5")), Verdict::Fails);
        assert_eq!(number(">=ID=5", json!(5)), Verdict::Holds);
        assert_eq!(number("!@ID=5,6", json!("6")), Verdict::Fails);
        assert_eq!(number("ASSIGNED_BY_ID=1", json!(null)), Verdict::Unclear);
        assert_eq!(number("ASSIGNED_BY_ID=me", json!("1")), Verdict::Unclear);
    }

    #[test]
    fn days_are_granted_a_time_zone() {
        let day = |condition: &str, value: &str| check(condition, FieldType::Day, json!(value));
        assert_eq!(day(">=DATE_CREATE=2024-01-02", "2024-01-01T23:00:00+03:00"), Verdict::Holds);
        assert_eq!(day(">=DATE_CREATE=2024-01-02", "2023-12-31T23:00:00+03:00"), Verdict::Fails);
        assert_eq!(day("<DATE_CREATE=2024-01-02T10:00:00", "2024-03-01T00:00:00+03:00"), Verdict::Fails);
        assert_eq!(day("<DATE_CREATE=01.02.2024", "2024-03-01T00:00:00+03:00"), Verdict::Unclear);
        assert_eq!(day(">DATE_CLOSED=2024-01-02", ""), Verdict::Unclear);
    }

    #[test]
    fn what_is_not_shown_is_the_portals_word() {
        assert_eq!(check("PHONE=123", FieldType::Other, json!("124")), Verdict::Unclear);
        assert_eq!(check("TITLE=a", FieldType::Text, json!(["a"])), Verdict::Unclear);
        let absent = Condition::parse("TITLE=a").unwrap().check(&Map::new(), FieldType::Text);
        assert_eq!(absent, Verdict::Unclear);
    }
}
