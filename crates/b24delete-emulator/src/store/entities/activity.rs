//! CRM activities: calls, e-mails, meetings and the like, bound to other records.

use super::super::field::{Entity, Field, Kind, Stamp};
use super::shared::ID;

/// Activities.
pub(crate) static ACTIVITY: Entity =
    Entity { type_id: 6, name: "activity", groups: &[&ID, &OWN], extensible: false };

static OWN: [Field; 30] = [
    Field::new("OWNER_ID", "ownerId", Kind::Integer, "Owner"),
    Field::new("OWNER_TYPE_ID", "ownerTypeId", Kind::Integer, "Owner type"),
    Field::new("TYPE_ID", "typeId", Kind::Integer, "Type"),
    Field::text("PROVIDER_ID", "providerId", "Provider ID"),
    Field::text("PROVIDER_TYPE_ID", "providerTypeId", "Provider type ID"),
    Field::text("PROVIDER_GROUP_ID", "providerGroupId", "Connector type"),
    Field::new("ASSOCIATED_ENTITY_ID", "associatedEntityId", Kind::Integer, "Associated object")
        .read_only()
        .default("0"),
    Field::text("SUBJECT", "subject", "Subject"),
    Field::new("CREATED", "created", Kind::DateTime, "Created on").read_only().stamped(Stamp::Added),
    Field::new("LAST_UPDATED", "lastUpdated", Kind::DateTime, "Modified on")
        .read_only()
        .stamped(Stamp::Changed),
    Field::new("START_TIME", "startTime", Kind::DateTime, "Start time"),
    Field::new("END_TIME", "endTime", Kind::DateTime, "End time"),
    Field::new("DEADLINE", "deadline", Kind::DateTime, "Deadline"),
    Field::new("COMPLETED", "completed", Kind::Flag, "Completed").default("N"),
    Field::new("STATUS", "status", Kind::Integer, "Status").default("1"),
    Field::new("RESPONSIBLE_ID", "responsibleId", Kind::User, "Responsible person"),
    Field::new("PRIORITY", "priority", Kind::Integer, "Priority").default("2"),
    Field::new("NOTIFY_TYPE", "notifyType", Kind::Integer, "Notification type").default("0"),
    Field::new("NOTIFY_VALUE", "notifyValue", Kind::Integer, "Notification parameter").default("0"),
    Field::text("DESCRIPTION", "description", "Description").default(""),
    Field::new("DESCRIPTION_TYPE", "descriptionType", Kind::Integer, "Description type").default("1"),
    Field::new("DIRECTION", "direction", Kind::Integer, "Direction").default("0"),
    Field::text("LOCATION", "location", "Location").default(""),
    Field::text("ORIGINATOR_ID", "originatorId", "Data source"),
    Field::text("ORIGIN_ID", "originId", "Item ID in the data source"),
    Field::new("AUTHOR_ID", "authorId", Kind::User, "Created by").default("1"),
    Field::new("EDITOR_ID", "editorId", Kind::User, "Modified by").default("1"),
    Field::new("RESULT_MARK", "resultMark", Kind::Integer, "Result mark").default("0"),
    Field::new("RESULT_STATUS", "resultStatus", Kind::Integer, "Result status").default("0"),
    Field::new("AUTOCOMPLETE_RULE", "autocompleteRule", Kind::Integer, "Completion rule").default("0"),
];
