//! The user in whose name the portal is asked.

use std::fmt;

use b24delete::Client;
use b24delete_jobs::text::shortened;
use serde_json::{Value, json};

use crate::failure::Failure;

/// The user in whose name the portal is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalUser {
    /// None when neither the portal nor the configuration tells.
    pub(crate) id: Option<u64>,
    /// Name and last name as the portal has them, not made harmless.
    pub(crate) name: String,
    pub(crate) admin: bool,
}

impl PortalUser {
    /// Asks the portal: `profile`.
    ///
    /// # Errors
    /// The portal's or the transport's.
    pub(crate) async fn read(client: &Client) -> Result<Self, Failure> {
        let answer = client.read("profile", &json!({})).await?;
        Ok(Self::from_profile(&answer.result, client.user_id()))
    }

    fn from_profile(profile: &Value, expected_id: Option<u64>) -> Self {
        let text = |key: &str| profile.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        let id = match profile.get("ID") {
            Some(Value::String(text)) => text.parse().ok(),
            Some(id) => id.as_u64(),
            None => None,
        };
        Self {
            id: id.or(expected_id),
            name: format!("{} {}", text("NAME"), text("LAST_NAME")).trim().to_owned(),
            admin: profile.get("ADMIN").and_then(Value::as_bool).unwrap_or_default(),
        }
    }
}

impl fmt::Display for PortalUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            write!(formatter, "{}, ", shortened(&self.name, 60))?;
        }
        match self.id {
            Some(id) => write!(formatter, "user {id}")?,
            None => formatter.write_str("an unknown user")?,
        }
        formatter.write_str(if self.admin { " (administrator)" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_leniently() {
        let profile = json!({"ID": "7", "NAME": "Anna\u{1b}", "LAST_NAME": "Weber", "ADMIN": true});
        assert_eq!(
            PortalUser::from_profile(&profile, Some(1)).to_string(),
            "Anna\\u{1b} Weber, user 7 (administrator)"
        );
        assert_eq!(PortalUser::from_profile(&json!([]), Some(1)).to_string(), "user 1");
    }
}
