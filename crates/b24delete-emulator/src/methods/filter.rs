//! The `filter` and `order` parameters of list methods.

use std::borrow::Cow;

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use crate::store::Store;
use crate::store::field::{Entity, Field};
use crate::store::links::LinkKind;
use crate::store::multifields;
use crate::store::query::{Column, Comparison, Condition};

use super::item_names;
use super::{Refusal, params, values};

/// How a family of methods reads names and what it does with unknown ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Old CRM methods: `DATE_CREATE`; what they do not know, they pass over.
    Classic,
    /// crm.item methods: `createdTime`; what they do not know, they refuse.
    Item,
}

/// Reads filters and orders of one type of records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    /// The records, for their user fields.
    pub(super) store: &'a Store,
    /// The type of the records.
    pub(super) entity: &'static Entity,
    /// The family of the method.
    pub(super) dialect: Dialect,
}

/// What the prefix of a filter's key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Compare(Comparison),
    /// The value is somewhere in the text.
    Contains,
    /// The value is a pattern in which `%` stands for anything.
    Pattern,
}

/// What a filter's key names.
enum Target {
    Column(Column, Option<&'static Field>),
    Multifield(&'static str),
    Linked(LinkKind),
}

impl Reader<'_> {
    /// The condition that a filter states.
    pub(super) fn filter(self, filter: &Map<String, Value>) -> Result<Condition, Refusal> {
        let mut parts = Vec::new();
        let mut any = false;
        for (key, value) in filter {
            if key.eq_ignore_ascii_case("logic") && self.dialect == Dialect::Item {
                any = value.as_str().is_some_and(|logic| logic.eq_ignore_ascii_case("or"));
            } else if let Some(group) = self.group(key, value) {
                parts.push(self.filter(&group)?);
            } else if let Some(part) = self.part(key, value)? {
                parts.push(part);
            }
        }
        Ok(if any { Condition::Any(parts) } else { Condition::All(parts) })
    }

    /// The columns that an order names.
    pub(super) fn order(self, order: &Map<String, Value>) -> Result<Vec<(Column, bool)>, Refusal> {
        let mut columns = Vec::new();
        for (name, direction) in order {
            let column = match self.target(name) {
                Some(Target::Column(column, _)) => column,
                _ if self.dialect == Dialect::Classic => continue,
                _ => return Err(invalid(format!("Invalid order: field '{name}' is not allowed in order"))),
            };
            let direction = params::text(direction).unwrap_or_default();
            let descending = direction.eq_ignore_ascii_case("desc");
            if self.dialect == Dialect::Item && !descending && !direction.eq_ignore_ascii_case("asc") {
                return Err(invalid(format!(
                    "Invalid order: allowed sort directions are ASC, DESC. But got '{direction}' for field '{name}'"
                )));
            }
            columns.push((column, descending));
        }
        Ok(columns)
    }

    /// A group of conditions inside a filter: a numbered key with a map.
    fn group<'v>(self, key: &str, value: &'v Value) -> Option<Cow<'v, Map<String, Value>>> {
        let numbered = self.dialect == Dialect::Item && key.bytes().all(|byte| byte.is_ascii_digit());
        if numbered { params::array(value) } else { None }
    }

    fn part(self, key: &str, value: &Value) -> Result<Option<Condition>, Refusal> {
        let (negated, operator, name) = split(key);
        let Some(target) = self.target(name) else {
            return match self.dialect {
                Dialect::Classic => Ok(None),
                Dialect::Item => {
                    Err(invalid(format!("Invalid filter: field '{name}' is not allowed in filter")))
                }
            };
        };
        let choices = params::elements(value).unwrap_or_else(|| vec![value]);
        let condition = match target {
            Target::Column(column, field) => {
                self.column_condition(operator, &column, field, &choices, name)?
            }
            Target::Multifield(type_id) => {
                Condition::Multifield(type_id, choices.into_iter().filter_map(params::text).collect())
            }
            Target::Linked(kind) => {
                Condition::Linked(kind, choices.into_iter().filter_map(params::integer).collect())
            }
        };
        Ok(Some(if negated { Condition::Not(Box::new(condition)) } else { condition }))
    }

    fn column_condition(
        self,
        operator: Operator,
        column: &Column,
        field: Option<&Field>,
        choices: &[&Value],
        name: &str,
    ) -> Result<Condition, Refusal> {
        let like = |pattern: String| Condition::Like(column.clone(), pattern);
        let texts = || choices.iter().filter_map(|value| params::text(value));
        Ok(match operator {
            Operator::Contains => Condition::Any(
                texts().map(|text| like(format!("%{}%", escape(&text, &['%', '_'])))).collect(),
            ),
            Operator::Pattern => Condition::Any(texts().map(|text| like(escape(&text, &['_']))).collect()),
            Operator::Equal if choices.iter().any(|value| is_empty(value)) => {
                let given = choices.iter().filter(|value| !is_empty(value)).copied().collect::<Vec<_>>();
                let given = self.values(field, &given, name)?;
                Condition::Any(vec![Condition::Empty(column.clone()), Condition::In(column.clone(), given)])
            }
            Operator::Equal => Condition::In(column.clone(), self.values(field, choices, name)?),
            Operator::Compare(comparison) => {
                let values = self.values(field, choices, name)?;
                Condition::All(
                    values
                        .into_iter()
                        .map(|value| Condition::Compare(column.clone(), comparison, value))
                        .collect(),
                )
            }
        })
    }

    fn values(self, field: Option<&Field>, choices: &[&Value], name: &str) -> Result<Vec<Sql>, Refusal> {
        let keep = |value: &&Value| match field {
            Some(field) => values::keep(field, value),
            None => value.as_i64().map(Sql::Integer).or_else(|| params::text(value).map(Sql::Text)),
        };
        let unsuitable = || invalid(format!("Invalid filter: field '{name}' has invalid value"));
        choices
            .iter()
            .map(|value| match (keep(value), self.dialect) {
                (Some(value), _) => Ok(value),
                // Null is like nothing, so the condition matches no record.
                (None, Dialect::Classic) => Ok(Sql::Null),
                (None, Dialect::Item) => Err(unsuitable()),
            })
            .collect()
    }

    fn target(self, name: &str) -> Option<Target> {
        let field = match self.dialect {
            Dialect::Classic => self.entity.field(name),
            Dialect::Item => self.entity.item_field(name).or_else(|| self.entity.field(name)),
        };
        if let Some(field) = field {
            return Some(Target::Column(Column::System(field.name), Some(field)));
        }
        if !self.entity.extensible {
            return None;
        }
        if let Some(type_id) = multifields::TYPES.into_iter().find(|type_id| *type_id == name) {
            return Some(Target::Multifield(type_id));
        }
        if self.dialect == Dialect::Item && name == "contactIds" {
            let kind = LinkKind::of_owner(self.entity).filter(|kind| kind.key() == "CONTACT_ID");
            return kind.map(Target::Linked);
        }
        let user_field = item_names::known(self.store, self.entity, name)?;
        Some(Target::Column(Column::User(user_field), None))
    }
}

/// Splits a filter's key into negation, operator and name.
fn split(key: &str) -> (bool, Operator, &str) {
    const PREFIXES: [(&str, Operator); 10] = [
        (">=", Operator::Compare(Comparison::GreaterOrEqual)),
        ("<=", Operator::Compare(Comparison::LessOrEqual)),
        ("=%", Operator::Pattern),
        ("%=", Operator::Pattern),
        (">", Operator::Compare(Comparison::Greater)),
        ("<", Operator::Compare(Comparison::Less)),
        ("@", Operator::Equal),
        ("=", Operator::Equal),
        ("%", Operator::Contains),
        ("", Operator::Equal),
    ];
    let (negated, rest) = key.strip_prefix('!').map_or((false, key), |rest| (true, rest));
    let found =
        PREFIXES.into_iter().find_map(|(prefix, operator)| Some((operator, rest.strip_prefix(prefix)?)));
    let (operator, name) = found.unwrap_or((Operator::Equal, rest));
    (negated, operator, name)
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false)) || value == ""
}

fn escape(text: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\\' || special.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn invalid(description: String) -> Refusal {
    Refusal::new("INVALID_ARG_VALUE", description)
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Operator, escape, split};

    #[test]
    fn keys_split_into_operator_and_name() {
        let cases = [
            ("ID", (false, Operator::Equal, "ID")),
            ("=ID", (false, Operator::Equal, "ID")),
            ("@ID", (false, Operator::Equal, "ID")),
            ("!ID", (true, Operator::Equal, "ID")),
            ("!=ID", (true, Operator::Equal, "ID")),
            ("!@ID", (true, Operator::Equal, "ID")),
            (">ID", (false, Operator::Compare(Comparison::Greater), "ID")),
            (">=ID", (false, Operator::Compare(Comparison::GreaterOrEqual), "ID")),
            ("<ID", (false, Operator::Compare(Comparison::Less), "ID")),
            ("<=ID", (false, Operator::Compare(Comparison::LessOrEqual), "ID")),
            ("%TITLE", (false, Operator::Contains, "TITLE")),
            ("!%TITLE", (true, Operator::Contains, "TITLE")),
            ("%=TITLE", (false, Operator::Pattern, "TITLE")),
            ("=%TITLE", (false, Operator::Pattern, "TITLE")),
            ("!=%TITLE", (true, Operator::Pattern, "TITLE")),
        ];
        for (key, expected) in cases {
            assert_eq!(split(key), expected, "{key}");
        }
    }

    #[test]
    fn patterns_keep_literal_characters() {
        assert_eq!(escape("50%_\\", &['%', '_']), "50\\%\\_\\\\");
    }
}
