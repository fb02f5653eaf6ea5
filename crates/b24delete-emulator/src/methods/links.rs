//! Lists of links: crm.lead.contact.*, crm.deal.contact.* and crm.contact.company.*.

use serde_json::{Map, Value, json};

use crate::profile::{Answers, Unlinked};
use crate::store::links::{Link, LinkKind};

use super::writing::next_sort;
use super::{Answer, Call, Method, Refusal, Subject, params};

/// Defines the six methods of one kind of links.
macro_rules! family {
    ($name:literal, $kind:expr, $one:expr, $all:expr) => {
        [
            Method::write(concat!("crm.", $name, ".add"), $one, |call| add(call, $kind)),
            Method::write(concat!("crm.", $name, ".delete"), $one, |call| delete(call, $kind)),
            Method::read(concat!("crm.", $name, ".fields"), |_| Ok(fields($kind))),
            Method::read(concat!("crm.", $name, ".items.get"), |call| items_get(call, $kind)),
            Method::write(concat!("crm.", $name, ".items.set"), $all, |call| items_set(call, $kind)),
            Method::write(concat!("crm.", $name, ".items.delete"), $all, |call| items_delete(call, $kind)),
        ]
    };
}

pub(super) static LEAD_CONTACTS: [Method; 6] =
    family!("lead.contact", LinkKind::LeadContact, Subject::LeadContact, Subject::Lead);
pub(super) static DEAL_CONTACTS: [Method; 6] =
    family!("deal.contact", LinkKind::DealContact, Subject::OtherContact, Subject::Other);
pub(super) static CONTACT_COMPANIES: [Method; 6] =
    family!("contact.company", LinkKind::ContactCompany, Subject::Contact, Subject::Contact);

/// crm.lead.contact.add and its kind; false when the link exists already.
fn add(call: &mut Call<'_>, kind: LinkKind) -> Result<Answer, Refusal> {
    let owner = owner_id(call, kind, "'ownerEntityID'")?;
    let fields = item_fields(call, kind, "fields")?;
    let other = other_id(call, kind, &fields)?;
    expect_changeable_owner(call, kind, owner)?;
    let sort = fields.get("SORT").and_then(params::integer).filter(|sort| *sort > 0);
    let sort = match sort {
        Some(sort) => sort,
        // The page of leads names a fixed default, its siblings the next free place.
        None if is_unverified(call, kind) => 10,
        None => next_sort(&call.store.links(kind, owner)?),
    };
    let primary = fields.get("IS_PRIMARY").is_some_and(params::is_yes);
    Ok(Answer::of(call.store.add_link(kind, owner, Link { other, sort, primary })?))
}

/// crm.lead.contact.delete and its kind.
fn delete(call: &mut Call<'_>, kind: LinkKind) -> Result<Answer, Refusal> {
    let owner = owner_id(call, kind, "'ownerEntityID'")?;
    let fields = item_fields(call, kind, if kind == LinkKind::ContactCompany { "fields" } else { "item" })?;
    let other = other_id(call, kind, &fields)?;
    expect_changeable_owner(call, kind, owner)?;
    if !call.store.may_read(kind.other(), other)? {
        return Err(unreadable_other(call, kind, other));
    }
    if call.store.remove_link(kind, owner, other)? {
        return Ok(Answer::of(true));
    }
    match call.profile.unlinked {
        Unlinked::NotFound if kind == LinkKind::LeadContact => Err(owner_not_found(call, kind)),
        Unlinked::True if kind == LinkKind::LeadContact => Ok(Answer::of(true)),
        _ => Ok(Answer::of(false)),
    }
}

/// crm.lead.contact.items.get and its kind. Links to records that lists hide are left out.
fn items_get(call: &mut Call<'_>, kind: LinkKind) -> Result<Answer, Refusal> {
    let owner = owner_id(call, kind, "ownerEntityID")?;
    if !call.store.exists(kind.owner(), owner)? && !passes_over_missing_owner(call, kind) {
        return Err(owner_not_found(call, kind));
    }
    if !call.store.may_read(kind.owner(), owner)? {
        return Err(denied(call, kind));
    }
    let mut rows = Vec::new();
    for link in call.store.links(kind, owner)? {
        if call.store.is_listed(kind.other(), link.other)? {
            rows.push(row(kind, &link));
        }
    }
    Ok(Answer::of(rows))
}

/// crm.lead.contact.items.set and its kind.
fn items_set(call: &mut Call<'_>, kind: LinkKind) -> Result<Answer, Refusal> {
    let owner = owner_id(call, kind, "ownerEntityID")?;
    let items = params::find(call.params, "items").and_then(params::elements);
    let items = items.ok_or_else(|| missing(call, kind, "The parameter items must be array."))?;
    expect_changeable_owner(call, kind, owner)?;
    let mut links = Vec::new();
    for (default_sort, item) in (10..).step_by(10).zip(items) {
        // A row without the other record's number is passed over, as the real portal does.
        let Some(other) = params::id(item.get(kind.key())) else { continue };
        let sort = item.get("SORT").and_then(params::integer).unwrap_or(default_sort);
        let primary = item.get("IS_PRIMARY").is_some_and(params::is_yes);
        links.push(Link { other, sort, primary });
    }
    call.store.set_links(kind, owner, &links)?;
    Ok(Answer::of(true))
}

/// crm.lead.contact.items.delete and its kind.
fn items_delete(call: &mut Call<'_>, kind: LinkKind) -> Result<Answer, Refusal> {
    let owner = owner_id(call, kind, "ownerEntityID")?;
    if !passes_over_missing_owner(call, kind) || call.store.exists(kind.owner(), owner)? {
        expect_changeable_owner(call, kind, owner)?;
    }
    call.store.clear_links(kind, owner)?;
    Ok(Answer::of(true))
}

/// crm.lead.contact.fields and its kind.
fn fields(kind: LinkKind) -> Answer {
    let field = |type_name: &str, required: bool, title: &str| {
        json!({
            "type": type_name,
            "isRequired": required,
            "isReadOnly": false,
            "isImmutable": false,
            "isMultiple": false,
            "isDynamic": false,
            "title": title,
        })
    };
    let other = if kind == LinkKind::ContactCompany { "Company" } else { "Contact" };
    Answer::of(json!({
        kind.key(): field("integer", true, other),
        "SORT": field("integer", false, "Sorting"),
        "IS_PRIMARY": field("char", false, "Primary"),
    }))
}

fn row(kind: LinkKind, link: &Link) -> Value {
    json!({
        kind.key(): link.other,
        "SORT": link.sort,
        "ROLE_ID": 0,
        "IS_PRIMARY": if link.primary { "Y" } else { "N" },
    })
}

/// The record whose list it is. Methods of single links put the name in the text in quotes, others do not.
fn owner_id(call: &Call<'_>, kind: LinkKind, name_in_text: &str) -> Result<i64, Refusal> {
    params::id(params::find(call.params, "id")).ok_or_else(|| {
        missing(call, kind, format!("The parameter {name_in_text} is invalid or not defined."))
    })
}

fn item_fields<'a>(
    call: &Call<'a>,
    kind: LinkKind,
    name_in_text: &str,
) -> Result<std::borrow::Cow<'a, Map<String, Value>>, Refusal> {
    params::find(call.params, "fields")
        .and_then(params::array)
        .ok_or_else(|| missing(call, kind, format!("The parameter '{name_in_text}' must be array.")))
}

fn other_id(call: &Call<'_>, kind: LinkKind, fields: &Map<String, Value>) -> Result<i64, Refusal> {
    params::id(fields.get(kind.key()))
        .ok_or_else(|| missing(call, kind, "The parameter 'fields' is not valid."))
}

fn expect_changeable_owner(call: &Call<'_>, kind: LinkKind, owner: i64) -> Result<(), Refusal> {
    if !call.store.exists(kind.owner(), owner)? {
        return Err(owner_not_found(call, kind));
    }
    if !call.store.may_change(kind.owner(), owner)? {
        return Err(denied(call, kind));
    }
    Ok(())
}

/// Whether the answers follow the lead pages, which were never checked against a portal.
fn is_unverified(call: &Call<'_>, kind: LinkKind) -> bool {
    kind == LinkKind::LeadContact && call.profile.answers == Answers::Documented
}

/// Whether reading or clearing the list of a record that does not exist succeeds.
fn passes_over_missing_owner(call: &Call<'_>, kind: LinkKind) -> bool {
    match kind {
        LinkKind::LeadContact => call.profile.answers == Answers::Observed,
        LinkKind::DealContact => false,
        LinkKind::ContactCompany => true,
    }
}

/// A required parameter is missing. The lead pages give no text for it.
fn missing(
    call: &Call<'_>,
    kind: LinkKind,
    description: impl Into<std::borrow::Cow<'static, str>>,
) -> Refusal {
    if is_unverified(call, kind) { Refusal::plain("") } else { Refusal::plain(description) }
}

fn owner_not_found(call: &Call<'_>, kind: LinkKind) -> Refusal {
    if is_unverified(call, kind) {
        Refusal::new("NOT_FOUND", "Not found.")
    } else {
        Refusal::plain("Not found.")
    }
}

fn denied(call: &Call<'_>, kind: LinkKind) -> Refusal {
    let refusal = Refusal::new("ACCESS_DENIED", "Access denied!");
    if is_unverified(call, kind) { refusal } else { Refusal { http_status: 403, ..refusal } }
}

fn unreadable_other(call: &Call<'_>, kind: LinkKind, other: i64) -> Refusal {
    if is_unverified(call, kind) {
        return denied(call, kind);
    }
    let name = if kind == LinkKind::ContactCompany { "Company" } else { "Contact" };
    Refusal::plain(format!("[{name} #{other}] You do not have permission to view this item"))
}
