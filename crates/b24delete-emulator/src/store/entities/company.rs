//! Companies, entityTypeId 4.

use super::super::field::{Entity, Field, Kind};
use super::shared::{ADDRESS, ADVERTISING, AUTHORSHIP, COMMUNICATION, ID, SOURCE};

/// Companies.
pub(crate) static COMPANY: Entity = Entity {
    type_id: 4,
    name: "company",
    groups: &[&ID, &OWN, &SOURCE, &COMMUNICATION, &AUTHORSHIP, &ADDRESS, &ADVERTISING],
    extensible: true,
};

static OWN: [Field; 6] = [
    Field::text("TITLE", "title", "Company name"),
    Field::new("COMPANY_TYPE", "typeId", Kind::Status("COMPANY_TYPE"), "Company type").default("CUSTOMER"),
    Field::new("INDUSTRY", "industry", Kind::Status("INDUSTRY"), "Industry"),
    Field::new("LEAD_ID", "leadId", Kind::Record("crm_lead"), "Lead"),
    Field::new("IS_MY_COMPANY", "isMyCompany", Kind::Flag, "My company").default("N"),
    Field::text("COMMENTS", "comments", "Comment"),
];
