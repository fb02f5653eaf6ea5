//! How the portal is entered: by a webhook or as an application.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use b24delete::{ClientOptions, FileTokenStore, OAuthOptions, Secret};
use etcetera::BaseStrategy as _;

use super::{profiles, webhook_file};
use crate::environment::{self as env, read};
use crate::failure::Failure;

/// How the portal is entered.
#[derive(Debug)]
pub(crate) enum Access {
    /// By an inbound webhook with this URL.
    Webhook(Secret),
    /// As an application, whose tokens are kept in the file, if any.
    Application(Box<OAuthOptions>, Option<PathBuf>),
}

/// What names a portal on the command line.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) profile: Option<String>,
    pub(crate) webhook_file: Option<PathBuf>,
    pub(crate) webhook: Option<String>,
}

impl Access {
    /// Takes it from the arguments, else from the environment. `warnings` gets what hinders nothing.
    ///
    /// # Errors
    /// When there is none or more than one, or a file cannot be read.
    pub(crate) fn resolve(named: Named, warnings: &mut Vec<String>) -> Result<Self, Failure> {
        if let Some(name) = named.profile {
            return profiles::find(&name, warnings);
        }
        match (named.webhook_file, named.webhook) {
            (Some(path), _) => {
                let file = webhook_file::read(&path)?;
                warnings.extend(file.warning);
                Ok(Self::Webhook(Secret::new(&file.url)))
            }
            (None, Some(url)) => Ok(Self::Webhook(Secret::new(&url))),
            (None, None) => from_environment(),
        }
    }

    /// The options of a client that enters so.
    pub(crate) fn client_options(&self) -> ClientOptions {
        match self {
            Self::Webhook(url) => ClientOptions::webhook(url.reveal()),
            Self::Application(oauth, _) => ClientOptions::oauth((**oauth).clone()),
        }
    }
}

/// An application that keeps its tokens in `file`.
pub(super) fn application(mut oauth: OAuthOptions, file: PathBuf) -> Access {
    oauth.store = Some(Arc::new(FileTokenStore::new(&file)));
    Access::Application(Box::new(oauth), Some(file))
}

/// The file for tokens of that name, in the state directory.
pub(super) fn token_file(name: &str) -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy()
        .map_err(|error| Failure::usage(format!("there is no place for tokens: {error}")))?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || ".-".contains(letter) { letter } else { '_' };
    let name: String = name.chars().map(plain).collect();
    Ok(state.join("b24delete").join("tokens").join(Path::new(&format!("{name}.json"))))
}

fn from_environment() -> Result<Access, Failure> {
    match (read(env::WEBHOOK)?, read(env::REST)?) {
        (Some(_), Some(_)) => {
            let text = format!("`{}` and `{}` are both set: which one is meant?", env::WEBHOOK, env::REST);
            Err(Failure::usage(text).hint("unset one of them"))
        }
        (Some(url), None) => Ok(Access::Webhook(Secret::new(&url))),
        (None, Some(rest)) => application_from_environment(rest),
        (None, None) => Err(no_portal()),
    }
}

fn application_from_environment(rest: String) -> Result<Access, Failure> {
    let needed = |name: &'static str| {
        read(name)?.ok_or_else(|| Failure::usage(format!("`{}` is set, but `{name}` is not", env::REST)))
    };
    let (client_id, client_secret) = (needed(env::CLIENT_ID)?, needed(env::CLIENT_SECRET)?);
    let file = token_file(&format!("{rest}-{client_id}").replace("https://", ""))?;
    let mut oauth = OAuthOptions::new(rest, client_id, Secret::new(&client_secret));
    let secret = |text: String| Secret::new(&text);
    oauth.access_token = read(env::ACCESS_TOKEN)?.map(secret);
    oauth.refresh_token = read(env::REFRESH_TOKEN)?.map(secret);
    if let Some(endpoint) = read(env::OAUTH_TOKEN)? {
        oauth.token_endpoint = endpoint;
    }
    // An access token alone is used as it is, whatever an earlier login has left behind.
    Ok(match oauth.access_token.is_some() && oauth.refresh_token.is_none() {
        true => Access::Application(Box::new(oauth), None),
        false => application(oauth, file),
    })
}

fn no_portal() -> Failure {
    Failure::usage("no portal was given")
        .hint("put the URL of an inbound webhook into a file and name it with `--webhook-file FILE`, or set `B24_WEBHOOK`")
        .hint("`b24delete auth --help` tells how to act as an application")
        .hint("`b24delete demo` works without a portal")
}
