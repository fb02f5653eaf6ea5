//! Adding, changing and reading single records.

use std::fmt::Write as _;

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Result, Row, params_from_iter};
use serde_json::{Map, Value};

use super::Store;
use super::field::{Entity, Field, Stamp};

/// The values of a record to add, or those of an existing one to change.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// Values of system fields.
    pub(crate) values: Vec<(&'static Field, Sql)>,
    /// Values without a column of their own, by old names; user fields among them.
    pub(crate) extra: Map<String, Value>,
}

impl Draft {
    /// Sets a system field, unless it has a value already.
    pub(crate) fn default_to(&mut self, entity: &Entity, name: &str, value: impl Into<Sql>) {
        if self.value(name).is_none()
            && let Some(field) = entity.field(name)
        {
            self.values.push((field, value.into()));
        }
    }

    /// The value of a system field.
    pub(crate) fn value(&self, name: &str) -> Option<&Sql> {
        self.values.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
    }
}

/// A record as it is kept.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its number.
    pub(crate) id: i64,
    /// The system fields that were asked for, without the number.
    pub(crate) values: Vec<(&'static Field, Sql)>,
    /// Values without a column of their own, by old names.
    pub(crate) extra: Map<String, Value>,
}

impl Record {
    /// Reads a row of `ID, extra` and the fields.
    pub(super) fn from_row(row: &Row<'_>, fields: &[&'static Field]) -> Result<Self> {
        let extra: Option<String> = row.get(1)?;
        let extra = extra.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let mut values = Vec::with_capacity(fields.len());
        for (index, field) in fields.iter().enumerate() {
            values.push((*field, row.get(index + 2)?));
        }
        Ok(Self { id: row.get(0)?, values, extra })
    }
}

/// The columns `ID, extra` and those of the fields, for `SELECT`.
pub(super) fn columns(fields: &[&'static Field]) -> String {
    let mut sql = String::from("ID, extra");
    for field in fields {
        sql.push_str(", ");
        sql.push_str(field.name);
    }
    sql
}

impl Store {
    /// Adds a record and gives its number; `now` fills the fields that the portal's clock fills.
    pub(crate) fn insert(&mut self, entity: &'static Entity, mut draft: Draft, now: i64) -> Result<i64> {
        for field in entity.fields().filter(|field| field.stamp != Stamp::Never) {
            draft.default_to(entity, field.name, now);
        }
        self.learn_user_fields(entity, &draft.extra)?;
        let mut sql = format!("INSERT INTO {} (extra", entity.name);
        for (field, _) in &draft.values {
            let _ = write!(sql, ", {}", field.name);
        }
        sql.push_str(") VALUES (?");
        sql.push_str(&", ?".repeat(draft.values.len()));
        sql.push(')');
        let values = draft.values.into_iter().map(|(_, value)| value);
        let values = std::iter::once(json_column(&draft.extra)).chain(values);
        self.connection.prepare_cached(&sql)?.insert(params_from_iter(values))
    }

    /// Changes a record; false when there is none of that number.
    pub(crate) fn update(
        &mut self,
        entity: &'static Entity,
        id: i64,
        mut draft: Draft,
        now: i64,
    ) -> Result<bool> {
        for field in entity.fields().filter(|field| field.stamp == Stamp::Changed) {
            draft.default_to(entity, field.name, now);
        }
        self.learn_user_fields(entity, &draft.extra)?;
        // A merge patch would drop what is set to null, which makes no difference to readers.
        let mut sql = format!("UPDATE {} SET extra = json_patch(ifnull(extra, '{{}}'), ?)", entity.name);
        for (field, _) in &draft.values {
            let _ = write!(sql, ", {} = ?", field.name);
        }
        sql.push_str(" WHERE ID = ?");
        let patch = Sql::Text(Value::Object(draft.extra).to_string());
        let values = draft.values.into_iter().map(|(_, value)| value);
        let values = std::iter::once(patch).chain(values).chain([Sql::Integer(id)]);
        Ok(self.connection.prepare_cached(&sql)?.execute(params_from_iter(values))? > 0)
    }

    /// Sets one column of a record.
    pub(crate) fn set_column(
        &self,
        entity: &Entity,
        id: i64,
        name: &str,
        value: impl Into<Sql>,
    ) -> Result<()> {
        let sql = format!("UPDATE {} SET {name} = ? WHERE ID = ?", entity.name);
        self.connection.prepare_cached(&sql)?.execute((value.into(), id))?;
        Ok(())
    }

    /// Reads a record with all its system fields.
    pub(crate) fn fetch(&self, entity: &'static Entity, id: i64) -> Result<Option<Record>> {
        let fields: Vec<&'static Field> = entity.fields().filter(|field| field.name != "ID").collect();
        let sql = format!("SELECT {} FROM {} WHERE ID = ?", columns(&fields), entity.name);
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement.query_row([id], |row| Record::from_row(row, &fields)).optional()
    }

    /// Whether a record of that number exists.
    pub(crate) fn exists(&self, entity: &Entity, id: i64) -> Result<bool> {
        let sql = format!("SELECT 1 FROM {} WHERE ID = ?", entity.name);
        self.connection.prepare_cached(&sql)?.exists([id])
    }

    /// The user fields that records of that type have had so far, by old names.
    pub(crate) fn user_fields(&self, entity: &Entity) -> impl Iterator<Item = &str> {
        let type_id = entity.type_id;
        self.user_fields.iter().filter(move |(owner, _)| *owner == type_id).map(|(_, name)| name.as_str())
    }

    /// Whether records of that type have had a user field of that old name.
    pub(crate) fn has_user_field(&self, entity: &Entity, name: &str) -> bool {
        self.user_fields(entity).any(|known| known == name)
    }

    fn learn_user_fields(&mut self, entity: &Entity, extra: &Map<String, Value>) -> Result<()> {
        for name in extra.keys().filter(|name| name.starts_with("UF_")) {
            if !self.has_user_field(entity, name) {
                let sql = "INSERT OR IGNORE INTO user_field VALUES (?, ?)";
                self.connection.prepare_cached(sql)?.execute((entity.type_id, name))?;
                self.user_fields.insert((entity.type_id, name.clone()));
            }
        }
        Ok(())
    }
}

fn json_column(extra: &Map<String, Value>) -> Sql {
    if extra.is_empty() {
        return Sql::Null;
    }
    serde_json::to_string(extra).map_or(Sql::Null, Sql::Text)
}
