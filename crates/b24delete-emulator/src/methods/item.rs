//! The universal methods crm.item.*: leads, deals, contacts and companies by `entityTypeId`.

use serde_json::{Map, Value, json};

use crate::profile::Language;
use crate::store::entities;
use crate::store::field::{Entity, Field};
use crate::store::links::LinkKind;
use crate::store::records::Record;

use super::filter::{Dialect, Reader};
use super::list::{Page, Request};
use super::writing::Wish;
use super::{Answer, Call, Method, Refusal, Subject, classic, item_names, params, values};

/// Items in one crm.item.batchImport.
const MAX_IMPORT: usize = 20;

pub(super) static METHODS: [Method; 8] = [
    Method::write("crm.item.add", Subject::Item, add),
    Method::read("crm.item.get", get),
    Method::read("crm.item.list", list),
    Method::write("crm.item.update", Subject::Item, update),
    Method::write("crm.item.delete", Subject::Item, delete),
    Method::read("crm.item.fields", fields),
    Method::write("crm.item.import", Subject::Item, import),
    Method::write("crm.item.batchImport", Subject::Item, batch_import),
];

/// crm.item.add
fn add(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let fields = params::optional_array(call.params, "fields")?;
    let id = Wish::read(entity, Dialect::Item, &fields, false)?.add(call, entity)?;
    show(call, entity, id)
}

/// crm.item.get
fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let id = params::id(params::find(call.params, "id")).ok_or_else(|| not_found(call))?;
    if call.store.exists(entity, id)? && !call.store.may_read(entity, id)? {
        return Err(Refusal::new("ACCESS_DENIED", "You do not have permission to view this item"));
    }
    show(call, entity, id)
}

/// crm.item.list
fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let reader = Reader { store: call.store, entity, dialect: Dialect::Item };
    let order = reader.order(&*params::optional_array(call.params, "order")?)?;
    let condition = reader.filter(&*params::optional_array(call.params, "filter")?)?;
    let select = params::texts(call.params, "select");
    let all = select.is_empty() || select.iter().any(|name| name == "*");
    let fields: Vec<&'static Field> = entity.fields().filter(|field| field.name != "ID").collect();
    let page = Page::read(call, entity, Request { condition, order, fields })?;
    let mut items = Vec::new();
    for record in &page.records {
        let mut item = render(call, entity, record)?;
        if all {
            item.retain(|name, _| name != "fm" || !select.is_empty());
        } else {
            item.retain(|name, _| name == "id" || select.iter().any(|wanted| wanted == name));
        }
        items.push(Value::Object(item));
    }
    Ok(page.answer(json!({ "items": items })))
}

/// crm.item.update
fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let id = changeable(call, entity)?;
    let fields = params::optional_array(call.params, "fields")?;
    Wish::read(entity, Dialect::Item, &fields, false)?.change(call, entity, id)?;
    show(call, entity, id)
}

/// crm.item.delete
fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let id = changeable(call, entity)?;
    call.store.delete(entity, id)?;
    Ok(Answer::of(Value::Array(Vec::new())))
}

/// crm.item.fields
fn fields(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let mut all = Map::new();
    for field in entity.fields() {
        let mut description = classic::describe(field);
        if let Value::Object(entries) = &mut description {
            entries.insert("upperName".to_owned(), Value::from(field.name));
        }
        all.insert(field.item.to_owned(), description);
    }
    Ok(Answer::of(json!({ "fields": all })))
}

/// crm.item.import
fn import(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let fields = params::optional_array(call.params, "fields")?;
    import_one(call, entity, &fields).map(Answer::of)
}

/// crm.item.batchImport; one item's refusal does not touch the others.
fn batch_import(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let entity = entity(call)?;
    let data = params::find(call.params, "data").and_then(params::elements).unwrap_or_default();
    if data.len() > MAX_IMPORT {
        let description = format!("You cannot import more than {MAX_IMPORT} items");
        return Err(Refusal::new("MAX_IMPORT_BATCH_SIZE_EXCEEDED", description));
    }
    let mut items = Vec::new();
    for fields in data {
        let fields = params::array(fields).unwrap_or_default();
        items.push(match import_one(call, entity, &fields) {
            Ok(item) => item,
            Err(Refusal { code, description, .. }) => {
                json!({ "error": code, "error_description": description })
            }
        });
    }
    Ok(Answer::of(json!({ "items": items })))
}

fn import_one(
    call: &mut Call<'_>,
    entity: &'static Entity,
    fields: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let id = Wish::read(entity, Dialect::Item, fields, true)?.add(call, entity)?;
    Ok(json!({ "item": { "id": id } }))
}

/// The type that the call names.
fn entity(call: &Call<'_>) -> Result<&'static Entity, Refusal> {
    let type_id = params::find(call.params, "entityTypeId").and_then(params::integer).unwrap_or_default();
    if type_id == 5 {
        // Old invoices have methods of their own.
        return Err(Refusal::new("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported"));
    }
    entities::owner_by_type_id(type_id).ok_or_else(|| Refusal::new("NOT_FOUND", "SPA not found"))
}

/// The number of a record that exists and may be changed.
fn changeable(call: &Call<'_>, entity: &'static Entity) -> Result<i64, Refusal> {
    let id = params::id(params::find(call.params, "id")).ok_or_else(|| not_found(call))?;
    if !call.store.exists(entity, id)? {
        return Err(not_found(call));
    }
    if !call.store.may_change(entity, id)? {
        return Err(Refusal::new("ACCESS_DENIED", "Access denied"));
    }
    Ok(id)
}

fn not_found(call: &Call<'_>) -> Refusal {
    let description = match call.profile.language {
        Language::English => "Item not found",
        Language::Russian => "Элемент не найден",
    };
    Refusal::new("NOT_FOUND", description)
}

fn show(call: &Call<'_>, entity: &'static Entity, id: i64) -> Result<Answer, Refusal> {
    let record = call.store.fetch(entity, id)?.ok_or_else(|| not_found(call))?;
    Ok(Answer::of(json!({ "item": render(call, entity, &record)? })))
}

/// A record in the notation of crm.item methods.
fn render(call: &Call<'_>, entity: &'static Entity, record: &Record) -> Result<Map<String, Value>, Refusal> {
    let original_names = params::find(call.params, "useOriginalUfNames").is_some_and(params::is_yes);
    let mut item = Map::new();
    item.insert("id".to_owned(), Value::from(record.id));
    for (field, value) in &record.values {
        item.insert(field.item.to_owned(), values::item(field, value));
    }
    for old in call.store.user_fields(entity) {
        let name = if original_names { old.to_owned() } else { item_names::item_name(old) };
        item.insert(name, record.extra.get(old).cloned().unwrap_or_default());
    }
    let multifields = call.store.multifields(entity, record.id)?;
    let rows = multifields.into_iter().map(|multifield| {
        json!({
            "id": multifield.id,
            "valueType": multifield.value_type,
            "value": multifield.value,
            "typeId": multifield.type_id,
        })
    });
    item.insert("fm".to_owned(), rows.collect());
    item.insert("observers".to_owned(), json!([]));
    if let Some(kind) = LinkKind::of_owner(entity) {
        let name = if kind == LinkKind::ContactCompany { "companyIds" } else { "contactIds" };
        let links = call.store.links(kind, record.id)?;
        item.insert(name.to_owned(), links.into_iter().map(|link| link.other).collect());
    }
    item.insert("entityTypeId".to_owned(), Value::from(entity.type_id));
    Ok(item)
}
