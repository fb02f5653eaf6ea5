//! CRM activities and their bindings: crm.activity.*.

use serde_json::{Map, Value, json};

use crate::store::entities::{self, ACTIVITY};
use crate::store::query::Condition;
use crate::store::records::Record;

use super::classic::Selection;
use super::filter::{Dialect, Reader};
use super::list::{Page, Request};
use super::writing::Wish;
use super::{Answer, Call, Method, Refusal, Subject, params};

/// Records that one activity can be bound to.
const MAX_BINDINGS: usize = 100;

pub(super) static METHODS: [Method; 7] = [
    Method::write("crm.activity.add", Subject::Other, add),
    Method::read("crm.activity.get", get),
    Method::read("crm.activity.list", list),
    Method::write("crm.activity.delete", Subject::Other, delete),
    Method::read("crm.activity.binding.list", binding_list),
    Method::write("crm.activity.binding.add", Subject::Other, binding_add),
    Method::write("crm.activity.binding.delete", Subject::Other, binding_delete),
];

/// crm.activity.add; bound to its owner, to those of COMMUNICATIONS and to those of BINDINGS.
fn add(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = params::required_array(call.params, "fields")?;
    if fields.get("SUBJECT").and_then(params::text).is_none_or(|subject| subject.is_empty()) {
        return Err(Refusal::plain("The field SUBJECT is not defined or empty."));
    }
    for name in ["RESPONSIBLE_ID", "TYPE_ID"] {
        if params::id(fields.get(name)).is_none() {
            return Err(Refusal::plain(format!("The field {name} is not defined or invalid.")));
        }
    }
    let owners = wanted_owners(&fields);
    if owners.is_empty() {
        return Err(Refusal::plain(
            "Could not build binding. Please ensure that owner info and communications are defined correctly.",
        ));
    }
    for (type_id, id) in &owners {
        expect_readable(call, *type_id, *id)?;
    }
    let mut wish = Wish::read(&ACTIVITY, Dialect::Classic, &fields, false)?;
    if let Some(communications) = fields.get("COMMUNICATIONS") {
        wish.draft.extra.insert("COMMUNICATIONS".to_owned(), communications.clone());
    }
    let id = wish.add(call, &ACTIVITY)?;
    for owner in owners {
        call.store.bind(&ACTIVITY, id, owner)?;
    }
    Ok(Answer::of(id))
}

/// crm.activity.get
fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let record = readable(call)?;
    Ok(Answer::of(Selection::everything(call.store, &ACTIVITY).row(call.store, &ACTIVITY, &record)?))
}

/// crm.activity.list; BINDINGS in the filter finds by any binding, OWNER_ID by the owner only.
fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let reader = Reader { store: call.store, entity: &ACTIVITY, dialect: Dialect::Classic };
    let order = reader.order(&*params::optional_array(call.params, "order")?)?;
    let filter = params::optional_array(call.params, "filter")?;
    let mut parts = vec![reader.filter(&filter)?];
    if let Some(bindings) = filter.get("BINDINGS").and_then(params::elements) {
        let owners = bindings.into_iter().filter_map(|binding| owner(binding, "OWNER_TYPE_ID", "OWNER_ID"));
        parts.push(Condition::Bound(owners.collect()));
    }
    let selection = Selection::read(call, &ACTIVITY);
    let request = Request { condition: Condition::All(parts), order, fields: selection.fields.clone() };
    let page = Page::read(call, &ACTIVITY, request)?;
    let rows: Result<Vec<Value>, Refusal> =
        page.records.iter().map(|record| selection.row(call.store, &ACTIVITY, record)).collect();
    Ok(page.answer(Value::Array(rows?)))
}

/// crm.activity.delete
fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let record = readable(call)?;
    Ok(Answer::of(call.store.delete_bound(&ACTIVITY, record.id)?))
}

/// crm.activity.binding.list, without the records that the user may not read.
fn binding_list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let activity = bound_activity(call)?;
    let mut rows = Vec::new();
    for (type_id, id) in call.store.bindings(&ACTIVITY, activity)? {
        if expect_readable(call, type_id, id).is_ok() {
            rows.push(json!({ "entityTypeId": type_id, "entityId": id }));
        }
    }
    Ok(Answer::of(rows))
}

/// crm.activity.binding.add
fn binding_add(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let activity = bound_activity(call)?;
    let owner = binding_owner(call)?;
    let entity = entities::owner_by_type_id(owner.0).ok_or_else(element_not_found)?;
    if !call.store.exists(entity, owner.1)? {
        return Err(element_not_found());
    }
    expect_readable(call, owner.0, owner.1)?;
    if call.store.bindings(&ACTIVITY, activity)?.len() >= MAX_BINDINGS {
        return Err(Refusal::new("TOO_MANY_BINDINGS", "The activity has too many bindings"));
    }
    call.store.bind(&ACTIVITY, activity, owner)?;
    Ok(Answer::of(true))
}

/// crm.activity.binding.delete; the last binding cannot go.
fn binding_delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let activity = bound_activity(call)?;
    let owner = binding_owner(call)?;
    let bindings = call.store.bindings(&ACTIVITY, activity)?;
    if !bindings.contains(&owner) {
        return Err(Refusal::new("BINDING_NOT_FOUND", "Binding not found"));
    }
    if bindings.len() == 1 {
        return Err(Refusal::new("LAST_BINDING_CANNOT_BE_DELETED", "The last binding cannot be deleted"));
    }
    call.store.unbind(&ACTIVITY, activity, owner)?;
    Ok(Answer::of(true))
}

/// The activity `id`, if the user may read a record that it is bound to.
fn readable(call: &Call<'_>) -> Result<Record, Refusal> {
    let id = params::record_id(call.params)?;
    let record = call.store.fetch(&ACTIVITY, id)?.ok_or_else(|| Refusal::plain("Activity is not found"))?;
    for (type_id, id) in call.store.bindings(&ACTIVITY, id)? {
        if expect_readable(call, type_id, id).is_ok() {
            return Ok(record);
        }
    }
    Err(Refusal::plain("Access denied."))
}

/// The activity `activityId`, which must exist.
fn bound_activity(call: &Call<'_>) -> Result<i64, Refusal> {
    let id = params::id(params::find(call.params, "activityId")).ok_or_else(element_not_found)?;
    if call.store.exists(&ACTIVITY, id)? { Ok(id) } else { Err(element_not_found()) }
}

fn binding_owner(call: &Call<'_>) -> Result<(i64, i64), Refusal> {
    let part = |name| params::id(params::find(call.params, name));
    part("entityTypeId").zip(part("entityId")).ok_or_else(element_not_found)
}

fn expect_readable(call: &Call<'_>, type_id: i64, id: i64) -> Result<(), Refusal> {
    match entities::owner_by_type_id(type_id) {
        Some(entity) if !call.store.may_read(entity, id)? => Err(Refusal::plain("Access denied.")),
        _ => Ok(()),
    }
}

/// What a new activity is to be bound to, its owner first.
fn wanted_owners(fields: &Map<String, Value>) -> Vec<(i64, i64)> {
    let part = |name: &str| params::id(fields.get(name));
    let rows = |name: &str| fields.get(name).and_then(params::elements).unwrap_or_default();
    let mut owners: Vec<(i64, i64)> = part("OWNER_TYPE_ID").zip(part("OWNER_ID")).into_iter().collect();
    owners.extend(
        rows("COMMUNICATIONS").into_iter().filter_map(|row| owner(row, "ENTITY_TYPE_ID", "ENTITY_ID")),
    );
    owners.extend(rows("BINDINGS").into_iter().filter_map(|row| owner(row, "OWNER_TYPE_ID", "OWNER_ID")));
    owners
}

fn owner(row: &Value, type_name: &str, id_name: &str) -> Option<(i64, i64)> {
    params::id(row.get(type_name)).zip(params::id(row.get(id_name)))
}

fn element_not_found() -> Refusal {
    Refusal::new("NOT_FOUND", "Element not found")
}
