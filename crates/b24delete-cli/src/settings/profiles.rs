//! The file with profiles: `b24delete/profiles.toml` in the configuration directory.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use b24delete::{OAuthOptions, Secret, TokenRequest};
use b24delete_jobs::text::shortened;
use etcetera::BaseStrategy as _;
use serde::Deserialize;

use super::access::{Access, application, token_file};
use super::webhook_file::is_open_to_others;
use crate::failure::Failure;

/// One profile: an application, or a webhook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    webhook: Option<String>,
    rest: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    token_endpoint: Option<String>,
    token_request: Option<Verb>,
    allowed_hosts: Option<Vec<String>>,
    token_file: Option<PathBuf>,
}

/// How tokens are asked for.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verb {
    Post,
    Get,
}

/// The profile of that name.
///
/// # Errors
/// When the file cannot be read or has no such profile, or the profile is incomplete.
pub(super) fn find(name: &str, warnings: &mut Vec<String>) -> Result<Access, Failure> {
    let path = path()?;
    let shown = shortened(&path.to_string_lossy(), 100);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let failure = Failure::usage(format!("there are no profiles: `{shown}` does not exist"));
            return Err(failure.hint("`b24delete auth --help` shows what belongs there"));
        }
        Err(error) => return Err(Failure::usage(format!("`{shown}` could not be read: {error}"))),
    };
    if std::fs::File::open(&path).is_ok_and(|file| is_open_to_others(&file)) {
        warnings.push(format!(
            "other users of this machine can read `{shown}`, which holds secrets: `chmod 600 {shown}`"
        ));
    }
    // The error's own text would show the line, which may hold a secret.
    let mut profiles: BTreeMap<String, Profile> = toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        Failure::usage(format!(
            "`{shown}` is not a file of profiles: line {line}: {}",
            shortened(error.message(), 200)
        ))
    })?;
    let profile = profiles.remove(name).ok_or_else(|| no_such(name, &shown, profiles.keys()))?;
    let incomplete =
        |what: &str| Failure::usage(format!("profile `{}` in `{shown}` {what}", shortened(name, 60)));
    profile.into_access(name, &path).map_err(|what| match what {
        Ok(what) => incomplete(what),
        Err(failure) => failure,
    })
}

fn path() -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy()
        .map_err(|error| Failure::usage(format!("there is no place for profiles: {error}")))?;
    Ok(base.config_dir().join("b24delete").join("profiles.toml"))
}

fn no_such<'a>(name: &str, shown: &str, names: impl Iterator<Item = &'a String>) -> Failure {
    let names: Vec<_> = names.map(|name| format!("`{}`", shortened(name, 60))).collect();
    let failure = Failure::usage(format!("`{shown}` has no profile `{}`", shortened(name, 60)));
    match names.is_empty() {
        true => failure,
        false => failure.hint(format!("it has {}", names.join(", "))),
    }
}

impl Profile {
    /// What the profile stands for; else what is wrong with it.
    fn into_access(self, name: &str, file: &Path) -> Result<Access, Result<&'static str, Failure>> {
        let (rest, client_id, client_secret) =
            match (self.webhook, self.rest, self.client_id, self.client_secret) {
                (Some(url), None, None, None) => return Ok(Access::Webhook(Secret::new(&url))),
                (None, Some(rest), Some(id), Some(secret)) => (rest, id, secret),
                (Some(_), ..) => return Err(Ok("has both a `webhook` and an application")),
                (None, ..) => return Err(Ok("needs `webhook`, or `rest`, `client_id` and `client_secret`")),
            };
        let mut oauth = OAuthOptions::new(rest, client_id, Secret::new(&client_secret));
        if let Some(endpoint) = self.token_endpoint {
            oauth.token_endpoint = endpoint;
        }
        if let Some(hosts) = self.allowed_hosts {
            oauth.allowed_hosts.extend(hosts);
        }
        oauth.token_request = match self.token_request {
            Some(Verb::Get) => TokenRequest::Get,
            Some(Verb::Post) | None => TokenRequest::Post,
        };
        let tokens = match self.token_file {
            // As in other files of this kind, a path is meant from where the file is.
            Some(path) => file.with_file_name("").join(path),
            None => token_file(name).map_err(Err)?,
        };
        Ok(application(oauth, tokens))
    }
}
