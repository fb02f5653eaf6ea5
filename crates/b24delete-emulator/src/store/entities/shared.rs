//! Fields that several record types have.

use super::super::field::{Field, Kind, Stamp};

/// The record's number.
pub(super) static ID: [Field; 1] = [Field::new("ID", "id", Kind::Integer, "ID").read_only()];

/// Who made and changed the record, and when.
pub(super) static AUTHORSHIP: [Field; 8] = [
    Field::new("ASSIGNED_BY_ID", "assignedById", Kind::User, "Responsible person").default("1"),
    Field::new("CREATED_BY_ID", "createdBy", Kind::User, "Created by").read_only().default("1"),
    Field::new("MODIFY_BY_ID", "updatedBy", Kind::User, "Modified by").read_only().default("1"),
    Field::new("DATE_CREATE", "createdTime", Kind::DateTime, "Created on").read_only().stamped(Stamp::Added),
    Field::new("DATE_MODIFY", "updatedTime", Kind::DateTime, "Modified on")
        .read_only()
        .stamped(Stamp::Changed),
    Field::new("OPENED", "opened", Kind::Flag, "Available to everyone").default("Y"),
    Field::new("LAST_ACTIVITY_BY", "lastActivityBy", Kind::User, "Last activity by").read_only().default("1"),
    Field::new("LAST_ACTIVITY_TIME", "lastActivityTime", Kind::DateTime, "Last activity")
        .read_only()
        .stamped(Stamp::Added),
];

/// A person's name and position.
pub(super) static PERSON: [Field; 6] = [
    Field::new("HONORIFIC", "honorific", Kind::Status("HONORIFIC"), "Salutation"),
    Field::text("NAME", "name", "First name"),
    Field::text("SECOND_NAME", "secondName", "Middle name"),
    Field::text("LAST_NAME", "lastName", "Last name"),
    Field::new("BIRTHDATE", "birthdate", Kind::Date, "Date of birth"),
    Field::text("POST", "post", "Position"),
];

/// Whether the record has phones, e-mails and messengers.
pub(super) static COMMUNICATION: [Field; 3] = [
    Field::new("HAS_PHONE", "hasPhone", Kind::Flag, "Has phone").read_only().default("N"),
    Field::new("HAS_EMAIL", "hasEmail", Kind::Flag, "Has e-mail").read_only().default("N"),
    Field::new("HAS_IMOL", "hasImol", Kind::Flag, "Has Open Channel").read_only().default("N"),
];

/// Where the record came from.
pub(super) static SOURCE: [Field; 4] = [
    Field::new("SOURCE_ID", "sourceId", Kind::Status("SOURCE"), "Source"),
    Field::text("SOURCE_DESCRIPTION", "sourceDescription", "Source information"),
    Field::text("ORIGINATOR_ID", "originatorId", "External source"),
    Field::text("ORIGIN_ID", "originId", "Item ID in the data source"),
];

/// The advertising that brought the record.
pub(super) static ADVERTISING: [Field; 5] = [
    Field::text("UTM_SOURCE", "utmSource", "Ad system"),
    Field::text("UTM_MEDIUM", "utmMedium", "Medium"),
    Field::text("UTM_CAMPAIGN", "utmCampaign", "Ad campaign UTM"),
    Field::text("UTM_CONTENT", "utmContent", "Campaign contents"),
    Field::text("UTM_TERM", "utmTerm", "Campaign search term"),
];

/// The postal address.
pub(super) static ADDRESS: [Field; 9] = [
    Field::text("ADDRESS", "address", "Address"),
    Field::text("ADDRESS_2", "address2", "Address (line 2)"),
    Field::text("ADDRESS_CITY", "addressCity", "City"),
    Field::text("ADDRESS_POSTAL_CODE", "addressPostalCode", "Zip"),
    Field::text("ADDRESS_REGION", "addressRegion", "Region"),
    Field::text("ADDRESS_PROVINCE", "addressProvince", "State / Province"),
    Field::text("ADDRESS_COUNTRY", "addressCountry", "Country"),
    Field::text("ADDRESS_COUNTRY_CODE", "addressCountryCode", "Country code"),
    Field::new("ADDRESS_LOC_ADDR_ID", "addressLocAddrId", Kind::Integer, "Location address ID"),
];

/// What the record is worth.
pub(super) static AMOUNT: [Field; 3] = [
    Field::new("CURRENCY_ID", "currencyId", Kind::Currency, "Currency").default("EUR"),
    Field::new("OPPORTUNITY", "opportunity", Kind::Money, "Total").default("0"),
    Field::new("IS_MANUAL_OPPORTUNITY", "isManualOpportunity", Kind::Flag, "Manual total").default("N"),
];
