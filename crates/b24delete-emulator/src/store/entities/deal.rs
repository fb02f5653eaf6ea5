//! Deals, entityTypeId 2.

use super::super::field::{Entity, Field, Kind, Stamp};
use super::shared::{ADVERTISING, AMOUNT, AUTHORSHIP, ID, SOURCE};

/// Deals.
pub(crate) static DEAL: Entity = Entity {
    type_id: 2,
    name: "deal",
    groups: &[&ID, &OWN, &SOURCE, &AMOUNT, &AUTHORSHIP, &ADVERTISING],
    extensible: true,
};

static OWN: [Field; 16] = [
    Field::text("TITLE", "title", "Name"),
    Field::new("TYPE_ID", "typeId", Kind::Status("DEAL_TYPE"), "Type").default("SALE"),
    Field::new("CATEGORY_ID", "categoryId", Kind::Integer, "Pipeline").default("0"),
    Field::new("STAGE_ID", "stageId", Kind::Status("DEAL_STAGE"), "Deal stage").default("NEW"),
    Field::text("STAGE_SEMANTIC_ID", "stageSemanticId", "Stage semantics").read_only().default("P"),
    Field::new("IS_NEW", "isNew", Kind::Flag, "New deal").read_only().default("Y"),
    Field::new("PROBABILITY", "probability", Kind::Integer, "Probability"),
    Field::new("COMPANY_ID", "companyId", Kind::Record("crm_company"), "Company"),
    Field::new("CONTACT_ID", "contactId", Kind::Record("crm_contact"), "Contact"),
    Field::new("LEAD_ID", "leadId", Kind::Record("crm_lead"), "Lead").read_only(),
    Field::new("BEGINDATE", "begindate", Kind::Date, "Start date").stamped(Stamp::Added),
    Field::new("CLOSEDATE", "closedate", Kind::Date, "Close date"),
    Field::new("CLOSED", "closed", Kind::Flag, "Closed").default("N"),
    Field::text("COMMENTS", "comments", "Comment"),
    Field::new("MOVED_BY_ID", "movedBy", Kind::User, "Moved by").read_only().default("1"),
    Field::new("MOVED_TIME", "movedTime", Kind::DateTime, "Moved on").read_only().stamped(Stamp::Added),
];
