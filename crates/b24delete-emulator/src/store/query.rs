//! Conditions and order of list methods, and their translation to SQL.

use rusqlite::types::Value as Sql;
use rusqlite::{Result, params_from_iter};

use super::Store;
use super::field::{Entity, Field};
use super::links::LinkKind;
use super::records::{Record, columns};

/// What a condition or an order looks at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// A system field, by its column.
    System(&'static str),
    /// A user field, by its old name.
    User(String),
}

/// A comparison of a column with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Which records a list method answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// Every part holds; none holds too.
    All(Vec<Condition>),
    /// At least one part holds.
    Any(Vec<Condition>),
    /// The inner condition does not hold.
    Not(Box<Condition>),
    /// The column is before or after a value.
    Compare(Column, Comparison, Sql),
    /// The column is one of the values.
    In(Column, Vec<Sql>),
    /// The column is null, empty or zero.
    Empty(Column),
    /// The column matches a pattern with `%` and `_`, `\` before a literal one.
    Like(Column, String),
    /// The record has a phone, e-mail or messenger (`type_id`) with one of the values.
    Multifield(&'static str, Vec<String>),
    /// The record is linked to one of these others.
    Linked(LinkKind, Vec<i64>),
    /// The activity or comment is bound to one of these, as `(entityTypeId, entityId)`.
    Bound(Vec<(i64, i64)>),
}

/// A page of records to read.
#[derive(Debug)]
pub(crate) struct Query {
    /// Which records.
    pub(crate) condition: Condition,
    /// By which columns to sort; true for descending.
    pub(crate) order: Vec<(Column, bool)>,
    /// Which system fields to read.
    pub(crate) fields: Vec<&'static Field>,
    /// How many records to skip.
    pub(crate) offset: u64,
    /// How many records to read at most.
    pub(crate) limit: u64,
}

impl Store {
    /// Reads a page of records, without those that the acting user may not see.
    pub(crate) fn list(&self, entity: &'static Entity, query: &Query) -> Result<Vec<Record>> {
        let mut sql = Writer::new(entity, format!("SELECT {} FROM {}", columns(&query.fields), entity.name));
        sql.filter(&query.condition, self.is_restricted());
        sql.order(&query.order);
        sql.text.push_str(" LIMIT ? OFFSET ?");
        for number in [query.limit, query.offset] {
            sql.parameters.push(Sql::Integer(i64::try_from(number).unwrap_or(i64::MAX)));
        }
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let rows = statement
            .query_map(params_from_iter(sql.parameters), |row| Record::from_row(row, &query.fields))?;
        rows.collect()
    }

    /// Counts the records that [`Store::list`] would give without limit.
    pub(crate) fn count(&self, entity: &'static Entity, condition: &Condition) -> Result<u64> {
        let mut sql = Writer::new(entity, format!("SELECT count(*) FROM {}", entity.name));
        sql.filter(condition, self.is_restricted());
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let count: i64 = statement.query_row(params_from_iter(sql.parameters), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// An SQL text under construction with its parameters.
struct Writer {
    entity: &'static Entity,
    text: String,
    parameters: Vec<Sql>,
}

impl Writer {
    fn new(entity: &'static Entity, text: String) -> Self {
        Self { entity, text, parameters: Vec::new() }
    }

    fn filter(&mut self, condition: &Condition, restricted: bool) {
        self.text.push_str(" WHERE ");
        if restricted {
            let Entity { type_id, name, .. } = self.entity;
            self.text.push_str(&format!(
                "NOT EXISTS (SELECT 1 FROM restriction r WHERE r.entity_type = {type_id}
                 AND r.entity = {name}.ID AND (r.unreadable OR r.unlisted)) AND "
            ));
        }
        self.condition(condition);
    }

    fn order(&mut self, order: &[(Column, bool)]) {
        self.text.push_str(" ORDER BY ");
        for (column, descending) in order {
            self.column(column);
            self.text.push_str(if *descending { " DESC, " } else { ", " });
        }
        // Pages overlap or leave gaps unless the order is total.
        self.text.push_str("ID");
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) => self.join(parts, " AND ", "1"),
            Condition::Any(parts) => self.join(parts, " OR ", "0"),
            Condition::Not(inner) => {
                // A comparison with null is null: that does not hold either, so "not" takes it.
                self.text.push_str("NOT ifnull((");
                self.condition(inner);
                self.text.push_str("), 0)");
            }
            Condition::Compare(column, comparison, value) => {
                self.column(column);
                self.text.push_str(comparison.symbol());
                self.parameter(value.clone());
            }
            Condition::In(column, values) => {
                self.column(column);
                self.list(values.iter().cloned());
            }
            Condition::Empty(column) => {
                self.text.push_str("ifnull(");
                self.column(column);
                self.text.push_str(", '') IN ('', 0)");
            }
            Condition::Like(column, pattern) => {
                self.column(column);
                self.text.push_str(" LIKE ");
                self.parameter(Sql::Text(pattern.clone()));
                self.text.push_str(" ESCAPE '\\'");
            }
            Condition::Multifield(type_id, values) => {
                let owner = self.entity.type_id;
                self.text.push_str(&format!(
                    "ID IN (SELECT entity FROM multifield WHERE entity_type = {owner} AND type_id = '{type_id}' AND value"
                ));
                self.list(values.iter().cloned().map(Sql::Text));
                self.text.push(')');
            }
            Condition::Linked(kind, others) => {
                self.text.push_str(&format!(
                    "ID IN (SELECT owner FROM link WHERE kind = {} AND other",
                    kind.code()
                ));
                self.list(others.iter().copied().map(Sql::Integer));
                self.text.push(')');
            }
            Condition::Bound(owners) => self.bound(owners),
        }
    }

    fn bound(&mut self, owners: &[(i64, i64)]) {
        let kind = self.entity.type_id;
        self.text.push_str(&format!("ID IN (SELECT record FROM bound WHERE kind = {kind} AND (0"));
        for (entity_type, entity) in owners {
            self.text.push_str(" OR (entity_type = ");
            self.parameter(Sql::Integer(*entity_type));
            self.text.push_str(" AND entity = ");
            self.parameter(Sql::Integer(*entity));
            self.text.push(')');
        }
        self.text.push_str("))");
    }

    fn join(&mut self, parts: &[Condition], separator: &str, none: &str) {
        if parts.is_empty() {
            self.text.push_str(none);
            return;
        }
        for (index, part) in parts.iter().enumerate() {
            self.text.push_str(if index == 0 { "" } else { separator });
            self.text.push('(');
            self.condition(part);
            self.text.push(')');
        }
    }

    fn list(&mut self, values: impl Iterator<Item = Sql>) {
        self.text.push_str(" IN (NULL");
        for value in values {
            self.text.push_str(", ");
            self.parameter(value);
        }
        self.text.push(')');
    }

    fn column(&mut self, column: &Column) {
        match column {
            Column::System(name) => self.text.push_str(name),
            Column::User(name) => {
                self.text.push_str("json_extract(extra, ");
                self.parameter(Sql::Text(format!("$.\"{name}\"")));
                self.text.push(')');
            }
        }
    }

    fn parameter(&mut self, value: Sql) {
        self.text.push('?');
        self.parameters.push(value);
    }
}

impl Comparison {
    fn symbol(self) -> &'static str {
        match self {
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
        }
    }
}
