//! Old CRM methods of leads, contacts, companies and deals: crm.lead.add and its kind.

use serde_json::{Map, Value, json};

use crate::profile::Language;
use crate::store::entities::{COMPANY, CONTACT, DEAL, LEAD};
use crate::store::field::{Entity, Field, Kind};
use crate::store::records::Record;
use crate::store::{Store, multifields};

use super::filter::{Dialect, Reader};
use super::list::{Page, Request};
use super::writing::Wish;
use super::{Answer, Call, Method, Refusal, Subject, params, values};

/// Defines the six methods of one type of records.
macro_rules! family {
    ($name:literal, $entity:ident, $subject:expr) => {
        [
            Method::write(concat!("crm.", $name, ".add"), $subject, |call| add(call, &$entity)),
            Method::read(concat!("crm.", $name, ".get"), |call| get(call, &$entity)),
            Method::read(concat!("crm.", $name, ".list"), |call| list(call, &$entity)),
            Method::write(concat!("crm.", $name, ".update"), $subject, |call| update(call, &$entity)),
            Method::write(concat!("crm.", $name, ".delete"), $subject, |call| delete(call, &$entity)),
            Method::read(concat!("crm.", $name, ".fields"), |call| Ok(fields(call.store, &$entity))),
        ]
    };
}

pub(super) static LEADS: [Method; 6] = family!("lead", LEAD, Subject::Lead);
pub(super) static CONTACTS: [Method; 6] = family!("contact", CONTACT, Subject::Contact);
pub(super) static COMPANIES: [Method; 6] = family!("company", COMPANY, Subject::Other);
pub(super) static DEALS: [Method; 6] = family!("deal", DEAL, Subject::Other);

/// crm.lead.add and its kind.
fn add(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let fields = params::required_array(call.params, "fields")?;
    let settings = params::optional_array(call.params, "params")?;
    let given = |name: &str| fields.get(name).and_then(params::text).is_some_and(|text| !text.is_empty());
    if entity.type_id == CONTACT.type_id && !given("NAME") && !given("LAST_NAME") {
        return Err(Refusal::plain("Required fields are not filled: NAME or LAST_NAME"));
    }
    let import = settings.get("IMPORT").is_some_and(params::is_yes);
    let wish = Wish::read(entity, Dialect::Classic, &fields, import)?;
    Ok(Answer::of(wish.add(call, entity)?))
}

/// crm.lead.get and its kind.
fn get(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let id = params::record_id(call.params)?;
    let record = call.store.fetch(entity, id)?.ok_or_else(Refusal::not_found)?;
    if !call.store.may_read(entity, id)? {
        return Err(Refusal::access_denied());
    }
    Ok(Answer::of(Selection::everything(call.store, entity).row(call.store, entity, &record)?))
}

/// crm.lead.list and its kind.
fn list(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let reader = Reader { store: call.store, entity, dialect: Dialect::Classic };
    let order = reader.order(&*params::optional_array(call.params, "order")?)?;
    let condition = reader.filter(&*params::optional_array(call.params, "filter")?)?;
    let selection = Selection::read(call, entity);
    let page = Page::read(call, entity, Request { condition, order, fields: selection.fields.clone() })?;
    let rows: Result<Vec<Value>, Refusal> =
        page.records.iter().map(|record| selection.row(call.store, entity, record)).collect();
    Ok(page.answer(Value::Array(rows?)))
}

/// crm.lead.update and its kind.
fn update(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let id = params::record_id(call.params)?;
    let fields = params::required_array(call.params, "fields")?;
    if !call.store.exists(entity, id)? {
        return Err(Refusal::not_found());
    }
    if !call.store.may_change(entity, id)? {
        return Err(Refusal::access_denied());
    }
    Wish::read(entity, Dialect::Classic, &fields, false)?.change(call, entity, id)?;
    Ok(Answer::of(true))
}

/// crm.lead.delete and its kind.
fn delete(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let id = params::record_id(call.params)?;
    if !call.store.may_change(entity, id)? && call.store.exists(entity, id)? {
        return Err(Refusal::access_denied());
    }
    if call.store.delete(entity, id)? {
        return Ok(Answer::of(true));
    }
    Err(match (entity.type_id == CONTACT.type_id, call.profile.language) {
        (false, _) => Refusal::not_found(),
        (true, Language::English) => Refusal::new("ERROR_CORE", "Element not found"),
        (true, Language::Russian) => Refusal::new("ERROR_CORE", "Элемент не найден"),
    })
}

/// crm.lead.fields and its kind.
fn fields(store: &Store, entity: &Entity) -> Answer {
    let mut all = Map::new();
    for field in entity.fields() {
        all.insert(field.name.to_owned(), describe(field));
    }
    if entity.extensible {
        for type_id in multifields::TYPES {
            all.insert(type_id.to_owned(), descriptor("crm_multifield", false, true, type_id));
        }
    }
    for name in store.user_fields(entity) {
        let mut description = descriptor("string", false, false, name);
        if let Value::Object(entries) = &mut description {
            entries.insert("isDynamic".to_owned(), Value::from(true));
        }
        all.insert(name.to_owned(), description);
    }
    Answer::of(Value::Object(all))
}

/// A field as `fields` methods describe it.
pub(super) fn describe(field: &Field) -> Value {
    let mut description = descriptor(field.kind.rest_name(), field.read_only, false, field.title);
    if let (Kind::Status(directory), Value::Object(entries)) = (field.kind, &mut description) {
        entries.insert("statusType".to_owned(), Value::from(directory));
    }
    description
}

/// A field's description from its parts.
fn descriptor(kind: &str, read_only: bool, multiple: bool, title: &str) -> Value {
    json!({
        "type": kind,
        "isRequired": false,
        "isReadOnly": read_only,
        "isImmutable": false,
        "isMultiple": multiple,
        "isDynamic": false,
        "title": title,
    })
}

/// Which fields a row shows.
#[derive(Debug)]
pub(super) struct Selection {
    /// System fields.
    pub(super) fields: Vec<&'static Field>,
    /// Values without a column of their own, by old names.
    extra: Vec<String>,
    /// Types of phones, e-mails and messengers.
    multifields: Vec<&'static str>,
}

impl Selection {
    /// What get methods show.
    pub(super) fn everything(store: &Store, entity: &'static Entity) -> Self {
        Self {
            fields: entity.fields().filter(|field| field.name != "ID").collect(),
            extra: store.user_fields(entity).map(str::to_owned).collect(),
            multifields: multifields::TYPES.to_vec(),
        }
    }

    /// What the parameter `select` names: `*` for system fields, `UF_*` for user fields, names for others.
    pub(super) fn read(call: &Call<'_>, entity: &'static Entity) -> Self {
        let select = params::texts(call.params, "select");
        let named = |name: &str| select.iter().any(|wanted| wanted == name);
        let all = select.is_empty() || named("*");
        let whole = Self::everything(call.store, entity);
        let mut extra = whole.extra;
        extra.retain(|name| named("UF_*") || named(name));
        extra.extend(EXTRAS.into_iter().filter(|name| named(name)).map(str::to_owned));
        Self {
            fields: whole.fields.into_iter().filter(|field| all || named(field.name)).collect(),
            extra,
            multifields: whole.multifields.into_iter().filter(|type_id| named(type_id)).collect(),
        }
    }

    /// A record in the notation of old CRM methods.
    pub(super) fn row(&self, store: &Store, entity: &Entity, record: &Record) -> Result<Value, Refusal> {
        let mut row = Map::new();
        row.insert("ID".to_owned(), Value::from(record.id.to_string()));
        for (field, value) in &record.values {
            row.insert(field.name.to_owned(), values::classic(field, value));
        }
        for name in &self.extra {
            row.insert(name.clone(), record.extra.get(name).map_or(Value::Null, values::classic_extra));
        }
        if entity.extensible && !self.multifields.is_empty() {
            self.add_multifields(store, entity, record.id, &mut row)?;
        }
        Ok(Value::Object(row))
    }

    fn add_multifields(
        &self,
        store: &Store,
        entity: &Entity,
        id: i64,
        row: &mut Map<String, Value>,
    ) -> Result<(), Refusal> {
        let present = store.multifields(entity, id)?;
        for wanted in &self.multifields {
            let rows: Vec<Value> = present
                .iter()
                .filter(|multifield| multifield.type_id == *wanted)
                .map(|multifield| {
                    json!({
                        "ID": multifield.id.to_string(),
                        "VALUE_TYPE": multifield.value_type,
                        "VALUE": multifield.value,
                        "TYPE_ID": multifield.type_id,
                    })
                })
                .collect();
            if !rows.is_empty() {
                row.insert((*wanted).to_owned(), Value::Array(rows));
            }
        }
        Ok(())
    }
}

/// Values of activities that lists show only when they are named.
const EXTRAS: [&str; 2] = ["COMMUNICATIONS", "FILES"];
