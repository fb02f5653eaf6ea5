//! Which of the contradicting sources the portal's answers follow.

use serde::{Deserialize, Serialize};

/// How the portal words its answers where the sources disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Which pages the refusals follow.
    pub answers: Answers,
    /// What crm.lead.contact.delete answers when the contact is not linked to the lead.
    pub unlinked: Unlinked,
    /// The portal's language, in which some texts of refusals are written.
    pub language: Language,
}

/// The source that the refusals follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// The pages of the methods themselves.
    #[default]
    Documented,
    /// The pages of the sibling methods, whose texts were verified on a live portal.
    Observed,
}

/// The answer to deleting a link that does not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlinked {
    /// `result: false`, as the sibling pages say.
    #[default]
    False,
    /// The same refusal as for a lead that does not exist.
    NotFound,
    /// `result: true`, as if the link had been there.
    True,
}

/// The language of the texts that a real portal translates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As the documentation prints them.
    #[default]
    English,
    /// As a Russian portal prints them.
    Russian,
}
