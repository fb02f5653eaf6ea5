//! Timeline comments and their bindings: crm.timeline.*.

use serde_json::{Map, Value, json};

use crate::store::entities::{self, COMMENT};
use crate::store::field::Entity;
use crate::store::query::Condition;
use crate::store::records::Record;

use super::filter::{Dialect, Reader};
use super::list::{Page, Request};
use super::writing::Wish;
use super::{Answer, Call, Method, Refusal, Subject, params, values};

pub(super) static METHODS: [Method; 7] = [
    Method::write("crm.timeline.comment.add", Subject::Other, add),
    Method::read("crm.timeline.comment.get", get),
    Method::read("crm.timeline.comment.list", list),
    Method::write("crm.timeline.comment.delete", Subject::Other, delete),
    Method::read("crm.timeline.bindings.list", bindings_list),
    Method::write("crm.timeline.bindings.bind", Subject::Other, bind),
    Method::write("crm.timeline.bindings.unbind", Subject::Other, unbind),
];

/// crm.timeline.comment.add
fn add(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = params::required_array(call.params, "fields")?;
    let (entity, owner) = owner(&fields)?;
    if !call.store.exists(entity, owner)? || !call.store.may_change(entity, owner)? {
        return Err(Refusal::plain("Access denied."));
    }
    let id = Wish::read(&COMMENT, Dialect::Classic, &fields, false)?.add(call, &COMMENT)?;
    call.store.bind(&COMMENT, id, (entity.type_id, owner))?;
    Ok(Answer::of(id))
}

/// crm.timeline.comment.get
fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = params::record_id(call.params)?;
    let record = call.store.fetch(&COMMENT, id)?.ok_or_else(Refusal::not_found)?;
    let owner = call.store.bindings(&COMMENT, id)?.first().copied();
    Ok(Answer::of(row(&record, owner)))
}

/// crm.timeline.comment.list; the filter must name the record whose timeline it is.
fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let filter = params::optional_array(call.params, "filter")?;
    let (entity, owner) = owner(&filter)?;
    if !call.store.may_read(entity, owner)? {
        return Err(Refusal::access_denied());
    }
    let reader = Reader { store: call.store, entity: &COMMENT, dialect: Dialect::Classic };
    let order = reader.order(&*params::optional_array(call.params, "order")?)?;
    let bound = Condition::Bound(vec![(entity.type_id, owner)]);
    let condition = Condition::All(vec![bound, reader.filter(&filter)?]);
    let fields = COMMENT.fields().filter(|field| field.name != "ID").collect();
    let page = Page::read(call, &COMMENT, Request { condition, order, fields })?;
    let rows = page.records.iter().map(|record| row(record, Some((entity.type_id, owner))));
    Ok(page.answer(rows.collect()))
}

/// crm.timeline.comment.delete; not while it is bound to several records.
fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = params::record_id(call.params)?;
    let bindings = call.store.bindings(&COMMENT, id)?;
    if bindings.is_empty() {
        return Err(Refusal::not_found());
    }
    if bindings.len() > 1 {
        return Err(Refusal::plain("Comment has several bindings. Remove them first."));
    }
    Ok(Answer::of(call.store.delete_bound(&COMMENT, id)?))
}

/// crm.timeline.bindings.list
fn bindings_list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let filter = params::optional_array(call.params, "filter")?;
    let comment = comment_id(&filter)?;
    let mut rows = Vec::new();
    for (type_id, id) in call.store.bindings(&COMMENT, comment)? {
        rows.push(json!({
            "OWNER_ID": comment.to_string(),
            "ENTITY_ID": id.to_string(),
            "ENTITY_TYPE": type_name(type_id),
        }));
    }
    Ok(Answer { total: Some(rows.len() as u64), ..Answer::of(rows) })
}

/// crm.timeline.bindings.bind
fn bind(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (comment, entity, owner) = binding(call)?;
    call.store.bind(&COMMENT, comment, (entity.type_id, owner))?;
    Ok(Answer::of(true))
}

/// crm.timeline.bindings.unbind
fn unbind(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (comment, entity, owner) = binding(call)?;
    if !call.store.unbind(&COMMENT, comment, (entity.type_id, owner))? {
        return Err(Refusal::plain("Not found."));
    }
    Ok(Answer::of(true))
}

/// The comment and the record that a binding connects, both checked.
fn binding(call: &Call<'_>) -> Result<(i64, &'static Entity, i64), Refusal> {
    let fields = params::required_array(call.params, "fields")?;
    let comment = comment_id(&fields)?;
    let (entity, owner) = owner(&fields)?;
    if !call.store.exists(&COMMENT, comment)? {
        return Err(Refusal::plain("Not found."));
    }
    if !call.store.may_change(entity, owner)? || !call.store.exists(entity, owner)? {
        return Err(Refusal::plain("Access denied."));
    }
    Ok((comment, entity, owner))
}

fn comment_id(fields: &Map<String, Value>) -> Result<i64, Refusal> {
    params::id(fields.get("OWNER_ID")).ok_or_else(|| Refusal::plain("OWNER_ID is not defined or invalid."))
}

/// The record that `ENTITY_TYPE` and `ENTITY_ID` name.
fn owner(fields: &Map<String, Value>) -> Result<(&'static Entity, i64), Refusal> {
    let undefined = |name: &str| Refusal::plain(format!("{name} is not defined or invalid."));
    let part = |name: &str| fields.get(name).or_else(|| fields.get(&format!("={name}")));
    let id = params::id(part("ENTITY_ID")).ok_or_else(|| undefined("ENTITY_ID"))?;
    let entity = part("ENTITY_TYPE").and_then(Value::as_str).and_then(entities::owner_by_name);
    Ok((entity.ok_or_else(|| undefined("ENTITY_TYPE"))?, id))
}

fn row(record: &Record, owner: Option<(i64, i64)>) -> Value {
    let mut row = Map::new();
    row.insert("ID".to_owned(), Value::from(record.id.to_string()));
    if let Some((type_id, id)) = owner {
        row.insert("ENTITY_ID".to_owned(), Value::from(id.to_string()));
        row.insert("ENTITY_TYPE".to_owned(), Value::from(type_name(type_id)));
    }
    for (field, value) in &record.values {
        row.insert(field.name.to_owned(), values::classic(field, value));
    }
    row.insert("FILES".to_owned(), json!({}));
    Value::Object(row)
}

fn type_name(type_id: i64) -> &'static str {
    entities::owner_by_type_id(type_id).map_or("", |entity| entity.name)
}
