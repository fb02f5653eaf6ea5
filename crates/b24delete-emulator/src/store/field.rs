//! Descriptions of record types and their fields, from which tables, filters and replies are made.

/// A type of records, such as leads.
#[derive(Debug)]
pub(crate) struct Entity {
    /// `entityTypeId` of the REST API.
    pub(crate) type_id: i64,
    /// `ENTITY_TYPE` of timeline methods, also the name of the table.
    pub(crate) name: &'static str,
    /// The system fields, in groups because several types share some.
    pub(crate) groups: &'static [&'static [Field]],
    /// Whether records carry user fields and several phones and e-mails.
    pub(crate) extensible: bool,
}

impl Entity {
    /// The system fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.groups.iter().copied().flatten()
    }

    /// The field of that old name, such as `DATE_CREATE`.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }

    /// The field of that name in crm.item methods, such as `createdTime`.
    pub(crate) fn item_field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.item == name)
    }
}

/// A system field of a record type.
#[derive(Debug)]
pub(crate) struct Field {
    /// The name in old CRM methods, also the column's name.
    pub(crate) name: &'static str,
    /// The name in crm.item methods.
    pub(crate) item: &'static str,
    /// The title that people see.
    pub(crate) title: &'static str,
    /// The type of its values.
    pub(crate) kind: Kind,
    /// Whether writing methods pass over it.
    pub(crate) read_only: bool,
    /// What a new record holds when nothing is given.
    pub(crate) default: Option<&'static str>,
    /// When the portal fills it with its clock.
    pub(crate) stamp: Stamp,
}

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number.
    Integer,
    /// The id of a user.
    User,
    /// The id of another record, with the type's name in the REST API.
    Record(&'static str),
    /// Free text.
    Text,
    /// An entry of the directory named here.
    Status(&'static str),
    /// A currency's code.
    Currency,
    /// An amount with two decimals.
    Money,
    /// `Y` or `N`.
    Flag,
    /// A point in time, kept in Unix seconds.
    DateTime,
    /// A day, kept in Unix seconds; old methods answer "" for none.
    Date,
}

/// When the portal fills a field with its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// Never.
    Never,
    /// When the record is added.
    Added,
    /// When the record is added or changed.
    Changed,
}

impl Field {
    /// A writable field without default.
    pub(crate) const fn new(name: &'static str, item: &'static str, kind: Kind, title: &'static str) -> Self {
        Self { name, item, title, kind, read_only: false, default: None, stamp: Stamp::Never }
    }

    /// A text field.
    pub(crate) const fn text(name: &'static str, item: &'static str, title: &'static str) -> Self {
        Self::new(name, item, Kind::Text, title)
    }

    /// The same field, passed over by writing methods.
    pub(crate) const fn read_only(self) -> Self {
        Self { read_only: true, ..self }
    }

    /// The same field with a value for new records.
    pub(crate) const fn default(self, value: &'static str) -> Self {
        Self { default: Some(value), ..self }
    }

    /// The same field, filled by the portal's clock.
    pub(crate) const fn stamped(self, stamp: Stamp) -> Self {
        Self { stamp, ..self }
    }
}

impl Kind {
    /// The name of the type in `fields` methods.
    pub(crate) fn rest_name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::User => "user",
            Self::Record(name) => name,
            Self::Text => "string",
            Self::Status(_) => "crm_status",
            Self::Currency => "crm_currency",
            Self::Money => "double",
            Self::Flag => "char",
            Self::DateTime => "datetime",
            Self::Date => "date",
        }
    }

    /// Whether values are kept as whole numbers that stand for themselves.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::User | Self::Record(_))
    }

    /// Whether values are points in time.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::DateTime | Self::Date)
    }

    /// The declaration of the column's type.
    pub(crate) fn column_type(self) -> &'static str {
        match self {
            Self::Money => "REAL",
            kind if kind.is_number() || kind.is_time() => "INTEGER",
            // The real portal compares text without regard to case.
            _ => "TEXT COLLATE NOCASE",
        }
    }
}
