//! Leads, entityTypeId 1.

use super::super::field::{Entity, Field, Kind, Stamp};
use super::shared::{ADDRESS, ADVERTISING, AMOUNT, AUTHORSHIP, COMMUNICATION, ID, PERSON, SOURCE};

/// Leads.
pub(crate) static LEAD: Entity = Entity {
    type_id: 1,
    name: "lead",
    groups: &[&ID, &OWN, &PERSON, &SOURCE, &AMOUNT, &COMMUNICATION, &AUTHORSHIP, &ADDRESS, &ADVERTISING],
    extensible: true,
};

static OWN: [Field; 12] = [
    Field::text("TITLE", "title", "Lead name"),
    Field::text("COMPANY_TITLE", "companyTitle", "Company name"),
    Field::new("COMPANY_ID", "companyId", Kind::Record("crm_company"), "Company"),
    Field::new("CONTACT_ID", "contactId", Kind::Record("crm_contact"), "Contact"),
    Field::new("IS_RETURN_CUSTOMER", "isReturnCustomer", Kind::Flag, "Repeat lead").read_only().default("N"),
    Field::new("STATUS_ID", "stageId", Kind::Status("STATUS"), "Stage").default("NEW"),
    Field::text("STATUS_DESCRIPTION", "statusDescription", "Stage information"),
    Field::text("STATUS_SEMANTIC_ID", "stageSemanticId", "Stage semantics").read_only().default("P"),
    Field::text("COMMENTS", "comments", "Comment"),
    Field::new("DATE_CLOSED", "dateClosed", Kind::Date, "Completed on").read_only(),
    Field::new("MOVED_BY_ID", "movedBy", Kind::User, "Moved by").read_only().default("1"),
    Field::new("MOVED_TIME", "movedTime", Kind::DateTime, "Moved on").read_only().stamped(Stamp::Added),
];
