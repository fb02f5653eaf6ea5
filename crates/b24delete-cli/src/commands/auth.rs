//! `auth`: an application's login and its tokens.

use std::io;
use std::path::Path;

use b24delete::{Client, OAuth, Secret, Tokens};
use b24delete_jobs::text::shortened;
use jiff::Timestamp;
use rand::distr::{Alphanumeric, SampleString as _};
use url::Url;

use crate::arguments::{AuthAction, AuthArguments};
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::settings::{Access, Named};

/// Does what is to be done about the login, and shows it.
pub(crate) async fn auth(arguments: AuthArguments, printer: &Printer) -> Result<ExitStatus, Failure> {
    let mut warnings = Vec::new();
    let named = Named { profile: arguments.profile, ..Named::default() };
    let access = Access::resolve(named, &mut warnings)?;
    let client = Client::new(access.client_options())?;
    let (Access::Application(_, file), Some(oauth)) = (&access, client.oauth()) else {
        return Err(Failure::usage("a webhook needs no login: `auth` is for applications"));
    };
    warnings.iter().for_each(|warning| printer.warning(warning));
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let acting = async {
        match arguments.action {
            AuthAction::Login => log_in(&client, &oauth, printer).await,
            AuthAction::Status => oauth.tokens().await?.ok_or_else(not_logged_in),
            AuthAction::Refresh => Ok(oauth.refresh().await?),
        }
    };
    let tokens = tokio::select! {
        tokens = acting => tokens?,
        () = interrupts.next() => return Err(Failure::interrupted()),
    };
    let lines = describe(&client, &tokens, file.as_deref());
    let told = lines.into_iter().try_for_each(|line| printer.data(line)).and_then(|()| printer.flush());
    told.map_err(|error| failure::stdout(&error))?;
    Ok(ExitStatus::Success)
}

/// Has the user open the portal's page and takes what it led to.
async fn log_in(client: &Client, oauth: &OAuth, printer: &Printer) -> Result<Tokens, Failure> {
    let state = Alphanumeric.sample_string(&mut rand::rng(), 24);
    let told = printer.data(oauth.authorize_url(&state)).and_then(|()| printer.flush());
    told.map_err(|error| failure::stdout(&error))?;
    printer.message(&format!(
        "Open this page in a browser where you are logged in to {}. It leads to the address in the application's\n\
         settings, which need not exist: paste that address here within 30 seconds, or only the `code` in it.",
        client.host()
    ));
    printer.prompt("Address or code: ");
    let line = tokio::task::spawn_blocking(|| io::stdin().lines().next()).await.ok().flatten();
    let line = match line {
        Some(Ok(line)) if !line.trim().is_empty() => line,
        Some(Err(error)) => return Err(Failure::usage(format!("stdin could not be read: {error}"))),
        Some(Ok(_)) | None => return Err(Failure::usage("no address and no code was given")),
    };
    Ok(oauth.log_in(&code(line.trim(), &state)?).await?)
}

/// The code in an address that the portal led to, or the code alone.
fn code(text: &str, expected_state: &str) -> Result<Secret, Failure> {
    let is_code = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let Ok(url) = Url::parse(text) else {
        return match is_code(text) {
            true => Ok(Secret::new(text)),
            false => Err(Failure::usage("that is neither an address nor a code")),
        };
    };
    let given =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if given("state").is_some_and(|state| state != expected_state) {
        let failure = Failure::usage("that address belongs to another login");
        return Err(failure.hint("open the page that was just printed"));
    }
    match given("code").filter(|code| is_code(code)) {
        Some(code) => Ok(Secret::new(&code)),
        None => Err(Failure::usage("that address has no `code`")
            .hint("copy the whole address that the browser shows after the portal's page")),
    }
}

/// What is known of the login, without secrets.
fn describe(client: &Client, tokens: &Tokens, file: Option<&Path>) -> Vec<String> {
    let unknown = || "not known".to_owned();
    let user = tokens.user_id.map_or_else(unknown, |id| id.to_string());
    let scopes =
        tokens.scope.as_deref().map_or_else(unknown, |scope| shortened(&scope.replace(',', ", "), 200));
    let until =
        tokens.expires_at.and_then(|seconds| Timestamp::from_second(i64::try_from(seconds).ok()?).ok());
    let access = match (&tokens.access_token, until) {
        (None, _) => "none yet".to_owned(),
        (Some(_), Some(until)) => format!("good until {until}"),
        (Some(_), None) => "good for an hour at most".to_owned(),
    };
    let refresh = if tokens.refresh_token.is_some() {
        "there"
    } else {
        "none: log in again when the access token expires"
    };
    let file = file.map_or_else(|| "none".to_owned(), |file| shortened(&file.to_string_lossy(), 200));
    vec![
        format!("portal         {}", client.host()),
        format!("acting user    {user}"),
        format!("scopes         {scopes}"),
        format!("access token   {access}"),
        format!("refresh token  {refresh}"),
        format!("token file     {file}"),
    ]
}

fn not_logged_in() -> Failure {
    Failure::refused("not logged in").hint("`b24delete auth login` logs in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_alone_or_in_an_address() {
        let address = "https://app.example/?code=c0de&state=mine&domain=portal.bitrix24.com";
        for text in ["c0de", address, "https://app.example/?code=c0de"] {
            assert_eq!(code(text, "mine").unwrap().reveal(), "c0de", "{text}");
        }
        for text in
            ["", "a b", "https://app.example/", "https://app.example/?code=", "https://a.example/?code=a%20b"]
        {
            assert!(code(text, "mine").is_err(), "{text}");
        }
        assert!(code(address, "other").unwrap_err().message.contains("another login"));
    }
}
