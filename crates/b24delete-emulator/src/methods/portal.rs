//! Methods about the portal, the user and the methods themselves.

use serde_json::{Value, json};

use crate::portal_time;

use super::{Answer, Call, Method, Refusal, params};

/// Methods that the wire answers itself.
const WIRE_METHODS: [(&str, &str); 1] = [("batch", "")];

pub(super) static METHODS: [Method; 9] = [
    Method::read("crm.settings.mode.get", |_| Ok(Answer::of(1))),
    Method::read("crm.status.list", status_list),
    Method::read("user.current", user_current).scope("user"),
    Method::read("profile", |_| Ok(profile())).scope(""),
    Method::read("scope", scope).scope(""),
    Method::read("methods", methods).scope(""),
    Method::read("method.get", method_get).scope(""),
    Method::read("server.time", server_time).scope(""),
    Method::read("app.info", app_info).scope(""),
];

/// Every scope that some method needs.
const SCOPES: [&str; 2] = ["crm", "user"];

/// crm.status.list: the stages of leads.
fn status_list(_call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let stages = [
        ("NEW", "New", "P"),
        ("IN_PROCESS", "In progress", "P"),
        ("PROCESSED", "Processed", "P"),
        ("CONVERTED", "Good lead", "S"),
        ("JUNK", "Junk lead", "F"),
    ];
    let rows: Vec<Value> = (1..)
        .zip(stages)
        .map(|(place, (status, name, semantics))| {
            json!({
                "ID": place.to_string(),
                "ENTITY_ID": "STATUS",
                "STATUS_ID": status,
                "NAME": name,
                "SORT": (place * 10).to_string(),
                "SYSTEM": "Y",
                "SEMANTICS": semantics,
            })
        })
        .collect();
    Ok(Answer { total: Some(rows.len() as u64), ..Answer::of(rows) })
}

/// user.current
fn user_current(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::of(json!({
        "ID": "1",
        "ACTIVE": true,
        "NAME": "Maria",
        "LAST_NAME": "Keller",
        "EMAIL": "admin@example.com",
        "LAST_LOGIN": portal_time::iso(call.seconds()),
        "DATE_REGISTER": portal_time::iso(0),
        "IS_ONLINE": "Y",
        "PERSONAL_GENDER": "",
        "PERSONAL_BIRTHDAY": "",
        "WORK_POSITION": "",
        "UF_DEPARTMENT": [1],
    })))
}

fn profile() -> Answer {
    Answer::of(json!({
        "ID": "1",
        "ADMIN": true,
        "NAME": "Maria",
        "LAST_NAME": "Keller",
        "PERSONAL_GENDER": "",
        "TIME_ZONE": "",
    }))
}

/// scope; with `full` every scope of the portal, otherwise those of the caller.
fn scope(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if params::find(call.params, "full").is_some_and(params::is_yes) {
        return Ok(Answer::of(SCOPES.to_vec()));
    }
    Ok(Answer::of(call.scopes.to_vec()))
}

/// methods: the names that the caller may use.
fn methods(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let wire = WIRE_METHODS.into_iter();
    let own = super::all().map(|method| (method.name, method.scope));
    let names: Vec<&str> =
        wire.chain(own).filter(|(_, scope)| has_scope(call, scope)).map(|(name, _)| name).collect();
    Ok(Answer::of(names))
}

/// method.get
fn method_get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let name = params::find(call.params, "name").and_then(params::text).unwrap_or_default().to_lowercase();
    let wire = WIRE_METHODS.into_iter().find(|(known, _)| *known == name).map(|(_, scope)| scope);
    let scope = wire.or_else(|| super::find(&name).map(|method| method.scope));
    Ok(Answer::of(json!({
        "isExisting": scope.is_some(),
        "isAvailable": scope.is_some_and(|scope| has_scope(call, scope)),
    })))
}

/// server.time
fn server_time(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::of(portal_time::iso(call.seconds())))
}

/// app.info
fn app_info(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if !call.application {
        return Err(Refusal::new("ACCESS_DENIED", "Access denied! Application context required"));
    }
    Ok(Answer::of(json!({
        "ID": 1,
        "CODE": "local.emulated",
        "VERSION": 1,
        "STATUS": "L",
        "INSTALLED": true,
        "PAYMENT_EXPIRED": "N",
        "DAYS": null,
        "LANGUAGE_ID": "en",
        "LICENSE": "en_basic",
        "LICENSE_TYPE": "basic",
        "LICENSE_FAMILY": "basic",
    })))
}

fn has_scope(call: &Call<'_>, scope: &str) -> bool {
    scope.is_empty() || call.scopes.iter().any(|owned| owned == scope)
}
