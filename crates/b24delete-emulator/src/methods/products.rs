//! Product rows of leads and deals: crm.lead.productrows.* and crm.deal.productrows.*.

use serde_json::{Map, Value, json};

use crate::store::entities::{DEAL, LEAD};
use crate::store::field::Entity;

use super::{Answer, Call, Method, Refusal, Subject, params};

pub(super) static METHODS: [Method; 4] = [
    Method::read("crm.lead.productrows.get", |call| get(call, &LEAD)),
    Method::write("crm.lead.productrows.set", Subject::Lead, |call| set(call, &LEAD)),
    Method::read("crm.deal.productrows.get", |call| get(call, &DEAL)),
    Method::write("crm.deal.productrows.set", Subject::Other, |call| set(call, &DEAL)),
];

/// crm.lead.productrows.get
fn get(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let owner = owner(call, entity)?;
    if !call.store.may_read(entity, owner)? {
        return Err(Refusal::access_denied());
    }
    let mut rows = Vec::new();
    for (id, content) in call.store.product_rows(entity, owner)? {
        rows.push(row(entity, owner, id, content));
    }
    Ok(Answer::of(rows))
}

/// crm.lead.productrows.set
fn set(call: &mut Call<'_>, entity: &'static Entity) -> Result<Answer, Refusal> {
    let owner = owner(call, entity)?;
    let rows = params::find(call.params, "rows").and_then(params::elements);
    let rows = rows.ok_or_else(|| Refusal::plain("The parameter 'rows' must be array."))?;
    if !call.store.may_change(entity, owner)? {
        return Err(Refusal::access_denied());
    }
    let rows: Vec<Map<String, Value>> = rows.into_iter().filter_map(|row| row.as_object().cloned()).collect();
    call.store.set_product_rows(entity, owner, &rows)?;
    Ok(Answer::of(true))
}

fn owner(call: &Call<'_>, entity: &'static Entity) -> Result<i64, Refusal> {
    let id = params::id(params::find(call.params, "id"));
    let id = id.ok_or_else(|| Refusal::plain("The parameter id is invalid or not defined."))?;
    if call.store.exists(entity, id)? { Ok(id) } else { Err(Refusal::not_found()) }
}

/// A number, which everything but JSON writes as text; an empty one is none.
fn number(value: Value) -> Value {
    let Value::String(text) = &value else { return value };
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(whole), _) => whole.into(),
        (_, Ok(number)) => json!(number),
        _ => Value::Null,
    }
}

/// A row with what the portal adds to it.
fn row(entity: &Entity, owner: i64, id: i64, content: Map<String, Value>) -> Value {
    let price = content.get("PRICE").cloned().map_or_else(|| json!(0), number);
    let mut row = Map::new();
    row.insert("ID".to_owned(), Value::from(id.to_string()));
    row.insert("OWNER_ID".to_owned(), Value::from(owner.to_string()));
    row.insert("OWNER_TYPE".to_owned(), Value::from(if entity.type_id == LEAD.type_id { "L" } else { "D" }));
    for (name, default) in [
        ("PRODUCT_ID", json!(0)),
        ("PRODUCT_NAME", json!("")),
        ("PRICE", price.clone()),
        ("PRICE_EXCLUSIVE", price.clone()),
        ("PRICE_NETTO", price.clone()),
        ("PRICE_BRUTTO", price),
        ("QUANTITY", json!(1)),
        ("DISCOUNT_TYPE_ID", json!(2)),
        ("DISCOUNT_RATE", json!(0)),
        ("DISCOUNT_SUM", json!(0)),
        ("TAX_RATE", Value::Null),
        ("TAX_INCLUDED", json!("N")),
        ("CUSTOMIZED", json!("Y")),
        ("MEASURE_CODE", json!(796)),
        ("MEASURE_NAME", json!("pcs")),
        ("SORT", json!(10)),
    ] {
        row.insert(name.to_owned(), default);
    }
    for (name, value) in content {
        if !name.ends_with("ID") || name == "PRODUCT_ID" {
            let is_number = name == "TAX_RATE" || row.get(&name).is_some_and(Value::is_number);
            row.insert(name, if is_number { number(value) } else { value });
        }
    }
    Value::Object(row)
}
