//! Adding and changing records from the `fields` of either family of methods.

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

use crate::store::field::{Entity, Field, Stamp};
use crate::store::links::{Link, LinkKind};
use crate::store::multifields::{self, MultifieldChange};
use crate::store::records::Draft;

use super::filter::Dialect;
use super::{Call, Refusal, item_names, params, values};

/// What a caller wants a record to be.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) draft: Draft,
    multifields: Vec<MultifieldChange>,
    links: Option<Links>,
}

/// What a caller wants a record's links to be.
#[derive(Debug)]
enum Links {
    /// These and no others.
    All(Vec<i64>),
    /// This one as the primary one, beside those there are; 0 for none at all.
    Primary(i64),
}

impl Wish {
    /// Reads `fields`; what is unknown or not writable is passed over. An import may also set dates.
    pub(super) fn read(
        entity: &'static Entity,
        dialect: Dialect,
        fields: &Map<String, Value>,
        import: bool,
    ) -> Result<Self, Refusal> {
        let mut wish = Self::default();
        for (name, value) in fields {
            wish.take(entity, dialect, name, value, import)?;
        }
        Ok(wish)
    }

    fn take(
        &mut self,
        entity: &'static Entity,
        dialect: Dialect,
        name: &str,
        value: &Value,
        import: bool,
    ) -> Result<(), Refusal> {
        let field =
            entity.field(name).or_else(|| entity.item_field(name).filter(|_| dialect == Dialect::Item));
        let mirrored = LinkKind::of_owner(entity).map(LinkKind::key);
        match field {
            Some(field) if Some(field.name) == mirrored => {
                self.links.get_or_insert(Links::Primary(params::integer(value).unwrap_or_default()));
            }
            Some(field) if !field.read_only || (import && field.stamp != Stamp::Never) => {
                self.take_system(dialect, field, value)?;
            }
            Some(_) => {}
            None if is_link_list(entity, name) => {
                let others = params::elements(value).ok_or_else(|| expected_list(value))?;
                self.links = Some(Links::All(others.into_iter().filter_map(params::integer).collect()));
            }
            None if name == "fm" => self.take_fm(value),
            None => self.take_other(name, value),
        }
        Ok(())
    }

    fn take_system(&mut self, dialect: Dialect, field: &'static Field, value: &Value) -> Result<(), Refusal> {
        match (values::keep(field, value), dialect) {
            (Some(kept), _) => self.draft.values.push((field, kept)),
            (None, Dialect::Classic) => {}
            (None, Dialect::Item) => {
                let description = format!("Invalid value for field \"{}\"", field.item);
                return Err(Refusal::new("CRM_FIELD_ERROR_VALUE_NOT_VALID", description));
            }
        }
        Ok(())
    }

    fn take_other(&mut self, name: &str, value: &Value) {
        if let Some(type_id) = multifields::TYPES.into_iter().find(|type_id| *type_id == name) {
            let rows = params::elements(value).unwrap_or_else(|| vec![value]);
            self.multifields
                .extend(rows.into_iter().map(|row| multifield(type_id, row, ["ID", "VALUE_TYPE", "VALUE"])));
        } else if let Some(old) = item_names::old_name(name) {
            self.draft.extra.insert(old, value.clone());
        }
    }

    fn take_fm(&mut self, value: &Value) {
        for row in params::elements(value).unwrap_or_default() {
            let named = row.get("typeId").and_then(Value::as_str).unwrap_or_default();
            if let Some(type_id) = multifields::TYPES.into_iter().find(|type_id| *type_id == named) {
                self.multifields.push(multifield(type_id, row, ["id", "valueType", "value"]));
            }
        }
    }

    /// Adds the record and gives its number.
    pub(super) fn add(mut self, call: &mut Call<'_>, entity: &'static Entity) -> Result<i64, Refusal> {
        let others = match &self.links {
            Some(Links::All(others)) => others.clone(),
            Some(Links::Primary(other)) => vec![*other],
            None => Vec::new(),
        };
        if others.iter().any(|other| *other > 0) {
            self.draft.default_to(entity, "IS_RETURN_CUSTOMER", "Y".to_owned());
        }
        let titled = !matches!(self.draft.value("TITLE"), None | Some(Sql::Null));
        let now = call.seconds();
        let id = call.store.insert(entity, self.draft, now)?;
        if !titled && entity.field("TITLE").is_some() {
            call.store.set_column(entity, id, "TITLE", default_title(entity, id))?;
        }
        call.store.change_multifields(entity, id, &self.multifields)?;
        if let Some(kind) = LinkKind::of_owner(entity).filter(|_| !others.is_empty()) {
            call.store.set_links(kind, id, &numbered(&others))?;
        }
        Ok(id)
    }

    /// Changes the record.
    pub(super) fn change(self, call: &mut Call<'_>, entity: &'static Entity, id: i64) -> Result<(), Refusal> {
        let now = call.seconds();
        call.store.update(entity, id, self.draft, now)?;
        call.store.change_multifields(entity, id, &self.multifields)?;
        let Some(kind) = LinkKind::of_owner(entity) else { return Ok(()) };
        match self.links {
            None => {}
            Some(Links::All(others)) => call.store.set_links(kind, id, &numbered(&others))?,
            Some(Links::Primary(other)) if other > 0 => {
                let mut links = call.store.links(kind, id)?;
                links.iter_mut().for_each(|link| link.primary = link.other == other);
                if !links.iter().any(|link| link.primary) {
                    links.push(Link { other, sort: next_sort(&links), primary: true });
                }
                call.store.set_links(kind, id, &links)?;
            }
            Some(Links::Primary(_)) => {
                call.store.clear_links(kind, id)?;
            }
        }
        Ok(())
    }
}

/// The place after the last link.
pub(super) fn next_sort(links: &[Link]) -> i64 {
    links.iter().map(|link| link.sort).max().unwrap_or_default() + 10
}

/// Links in that order, ten apart, the first one primary.
fn numbered(others: &[i64]) -> Vec<Link> {
    let positive = others.iter().filter(|other| **other > 0);
    (10..)
        .step_by(10)
        .zip(positive)
        .map(|(sort, other)| Link { other: *other, sort, primary: sort == 10 })
        .collect()
}

fn is_link_list(entity: &Entity, name: &str) -> bool {
    match LinkKind::of_owner(entity).map(LinkKind::key) {
        Some("CONTACT_ID") => name == "CONTACT_IDS" || name == "contactIds",
        Some(_) => name == "COMPANY_IDS" || name == "companyIds",
        None => false,
    }
}

fn multifield(type_id: &'static str, row: &Value, [id, value_type, value]: [&str; 3]) -> MultifieldChange {
    let part = |name: &str| row.get(name).and_then(params::text);
    let removed = row.get("DELETE").is_some_and(params::is_yes);
    let value =
        if removed { String::new() } else { part(value).or_else(|| params::text(row)).unwrap_or_default() };
    let value_type = part(value_type).unwrap_or_else(|| "WORK".to_owned());
    MultifieldChange { id: params::id(row.get(id)), type_id, value_type, value }
}

fn default_title(entity: &Entity, id: i64) -> String {
    let mut name: String = entity.name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{name} #{id}")
}

fn expected_list(value: &Value) -> Refusal {
    let kind = match value {
        Value::Number(_) => "int",
        Value::Bool(_) => "bool",
        _ => "string",
    };
    Refusal::new("100", format!("Expected iterable value for multiple field, but got {kind} instead"))
}
