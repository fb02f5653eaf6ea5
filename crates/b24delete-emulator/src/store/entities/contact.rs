//! Contacts, entityTypeId 3.

use super::super::field::{Entity, Field, Kind};
use super::shared::{ADDRESS, ADVERTISING, AUTHORSHIP, COMMUNICATION, ID, PERSON, SOURCE};

/// Contacts.
pub(crate) static CONTACT: Entity = Entity {
    type_id: 3,
    name: "contact",
    groups: &[&ID, &OWN, &PERSON, &SOURCE, &COMMUNICATION, &AUTHORSHIP, &ADDRESS, &ADVERTISING],
    extensible: true,
};

static OWN: [Field; 8] = [
    Field::text("COMMENTS", "comments", "Comment"),
    Field::text("PHOTO", "photo", "Photo").read_only(),
    Field::new("LEAD_ID", "leadId", Kind::Record("crm_lead"), "Lead"),
    Field::new("TYPE_ID", "typeId", Kind::Status("CONTACT_TYPE"), "Contact type").default("CLIENT"),
    Field::new("COMPANY_ID", "companyId", Kind::Record("crm_company"), "Company"),
    Field::new("EXPORT", "export", Kind::Flag, "Included in export").default("Y"),
    Field::text("ORIGIN_VERSION", "originVersion", "Original version"),
    Field::new("FACE_ID", "faceId", Kind::Integer, "Linked to faces").read_only(),
];
