//! The guide's page on errors, from the data of the error model.

use std::error::Error;
use std::fmt::Write as _;

use super::errors::{Code, Kind, Model};

const INTRODUCTION: &str = "\
# Errors

Made from `crates/b24delete/data/errors.toml` by `cargo xtask generate`.

Every error has a stable `kind`. Its class is the exception in Python and the `Error` in JavaScript; in C it is `b24_error_kind`. All classes
derive from `B24Error`. `code` and `description` are the portal's own words, with known secrets masked, and are not for programs to rely on: texts are
localised, and some refusals come with an empty code.

`effect` answers \"may it have happened?\" of the attempt that failed: `not_sent`, nothing left this machine; `rejected`, the portal refused before it
executed anything; `may_have_applied`, it may have happened or may still happen. The column gives what is usual for the kind; a single error may
know better, for instance when a connection could not be made at all.

| kind | class | effect | meaning | what follows |
|---|---|---|---|---|
";

/// The page.
///
/// # Errors
/// When the data names something that the page has no words for.
pub(super) fn page(model: &Model) -> Result<String, Box<dyn Error>> {
    let mut page = INTRODUCTION.to_owned();
    for kind in &model.kind {
        let Kind { name, family, effect, follow, doc } = kind;
        writeln!(page, "| `{name}` | `{family}Error` | `{effect}` | {doc} | {} |", what_follows(follow)?)?;
    }
    page.push_str("\n## The portal's words\n\nHow refusals look on the wire. An empty code is one that the portal leaves empty.\n\n");
    page.push_str("| code | text, where it decides | HTTP | kind |\n|---|---|---|---|\n");
    let mut rows: Vec<_> = model.code.iter().map(row).collect();
    rows.dedup();
    page.extend(rows);
    Ok(page)
}

fn row(code: &Code) -> String {
    let quoted = |text: &str| if text.is_empty() { "(empty)".to_owned() } else { format!("`{text}`") };
    let text = code.text.as_deref().map_or(String::new(), quoted);
    let statuses: Vec<_> = code.http.iter().map(u16::to_string).collect();
    format!("| {} | {text} | {} | `{}` |\n", quoted(&code.code), statuses.join(", "), code.kind)
}

fn what_follows(follow: &str) -> Result<&'static str, Box<dyn Error>> {
    Ok(match follow {
        "repeat" => "sent again, a few times",
        "wait" => "waited out, then sent again",
        "refresh" => "the token is renewed, then sent again",
        "look_up" => "the portal is looked at; see [Outcomes](outcomes.md)",
        "stop" => "the run stops",
        "end" => "the operation ends with it",
        _ => return Err(format!("`{follow}` has no words in the guide").into()),
    })
}
