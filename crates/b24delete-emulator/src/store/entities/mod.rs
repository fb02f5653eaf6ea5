//! The record types of the portal.

mod activity;
mod comment;
mod company;
mod contact;
mod deal;
mod lead;
mod shared;

use super::field::Entity;

pub(crate) use activity::ACTIVITY;
pub(crate) use comment::COMMENT;
pub(crate) use company::COMPANY;
pub(crate) use contact::CONTACT;
pub(crate) use deal::DEAL;
pub(crate) use lead::LEAD;

/// Every record type that has a table.
pub(crate) static ALL: [&Entity; 6] = [&LEAD, &DEAL, &CONTACT, &COMPANY, &ACTIVITY, &COMMENT];

/// The record types that activities and comments can hang on.
pub(crate) static OWNERS: [&Entity; 4] = [&LEAD, &DEAL, &CONTACT, &COMPANY];

/// The record type of that `entityTypeId`, of those that can own others.
pub(crate) fn owner_by_type_id(type_id: i64) -> Option<&'static Entity> {
    OWNERS.into_iter().find(|entity| entity.type_id == type_id)
}

/// The record type of that `ENTITY_TYPE` in any letter case, of those that can own others.
pub(crate) fn owner_by_name(name: &str) -> Option<&'static Entity> {
    OWNERS.into_iter().find(|entity| entity.name.eq_ignore_ascii_case(name))
}
