//! Comments in the timelines of other records.

use super::super::field::{Entity, Field, Kind, Stamp};
use super::shared::ID;

/// Timeline comments; 29 is no published type but keeps them apart from activities.
pub(crate) static COMMENT: Entity =
    Entity { type_id: 29, name: "comment", groups: &[&ID, &OWN], extensible: false };

static OWN: [Field; 3] = [
    Field::new("CREATED", "created", Kind::DateTime, "Created on").read_only().stamped(Stamp::Added),
    Field::text("COMMENT", "comment", "Comment"),
    Field::new("AUTHOR_ID", "authorId", Kind::User, "Author").default("1"),
];
