//! The reference of the C library, from the comments of its header.

use std::error::Error;
use std::fmt::Write as _;

use super::Generated;

/// What belongs together, by how the names of its functions begin. The first that fits counts.
const SECTIONS: [(&str, &str); 21] = [
    ("b24_version", "Version"),
    ("b24_error", "Errors"),
    ("b24_client_options", "Client options"),
    ("b24_event", "Events"),
    ("b24_oauth_options", "Applications: options"),
    ("b24_tokens", "Applications: token stores"),
    ("b24_client", "Clients"),
    ("b24_deletion", "Answers of single calls"),
    ("b24_call_options", "Options of single calls"),
    ("b24_canceller", "Cancellation"),
    ("b24_run_options", "Options of runs"),
    ("b24_outcome", "Outcomes of runs"),
    ("b24_summary", "Summaries of runs"),
    ("b24_job_run_options", "Options of runs of jobs"),
    ("b24_job", "Jobs"),
    ("b24_plan_options", "Options of plans"),
    ("b24_overview", "Overviews of jobs"),
    ("b24_verification", "Verifications of jobs"),
    ("b24_restore_plan", "Plans of restores"),
    ("b24_restore_options", "Options of restores"),
    ("b24_restore_summary", "Summaries of restores"),
];
const DELETING: &str = "The four deletes, and runs over many";
const TEXTS: (&str, &str) = ("b24_string", "Texts");
const TYPES: &str = "Types";

/// A declaration with its comment.
struct Item {
    comment: String,
    code: String,
}

/// The reference as Markdown.
pub(super) fn file(header: &str) -> Result<Generated, Box<dyn Error>> {
    let (preamble, body) = header.split_once("#ifndef").ok_or("the header has no guard")?;
    let items = items(body);
    let mut text = String::from("# Reference of the C library\n\n");
    text.push_str("<!-- Made from include/b24delete.h by `cargo xtask generate`. -->\n\n");
    writeln!(text, "{}\n", uncommented(preamble))?;
    for title in titles() {
        writeln!(text, "## {title}\n")?;
        for item in items.iter().filter(|item| item.section() == title) {
            item.write(&mut text)?;
        }
    }
    Ok(Generated { path: "bindings/c/REFERENCE.md", text: text.trim_end().to_owned() + "\n" })
}

/// The sections in the order of the page.
fn titles() -> Vec<&'static str> {
    let mut titles: Vec<_> = SECTIONS.iter().map(|(_, title)| *title).collect();
    let answers = titles.iter().position(|title| title.starts_with("Answers")).unwrap_or(titles.len());
    titles.insert(answers, DELETING);
    titles.extend([TEXTS.1, TYPES]);
    titles
}

/// The declarations that have a comment.
fn items(header: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut lines = header.lines();
    while let Some(line) = lines.next() {
        if line != "/**" {
            continue;
        }
        let comment: Vec<_> = lines.by_ref().take_while(|line| *line != " */").collect();
        let mut code = Vec::new();
        for line in lines.by_ref() {
            code.push(line);
            let is_inside = code.first().is_some_and(|first| first.ends_with('{')) && !line.starts_with('}');
            if line.ends_with(';') && !is_inside {
                break;
            }
        }
        items.push(Item { comment: uncommented(&comment.join("\n")), code: code.join("\n") });
    }
    items
}

/// The text of a comment.
fn uncommented(comment: &str) -> String {
    let text = |line: &str| {
        let line = line.trim().trim_end_matches("*/");
        line.trim_start_matches("/*").trim_start_matches('*').trim().to_owned()
    };
    comment.trim().lines().map(text).collect::<Vec<_>>().join("\n").trim().to_owned()
}

impl Item {
    fn is_type(&self) -> bool {
        self.code.starts_with("typedef")
    }

    /// The name that is declared.
    fn name(&self) -> &str {
        let code = self.code.trim_end_matches(';');
        let before = match (self.is_type(), code.split_once("(*")) {
            (true, Some((_, callback))) => callback.split(')').next(),
            (true, None) => code.rsplit([' ', '\n']).next(),
            (false, _) => code.split('(').next().and_then(|before| before.rsplit([' ', '*']).next()),
        };
        before.unwrap_or_default()
    }

    fn section(&self) -> &'static str {
        if self.is_type() {
            return TYPES;
        }
        let fits = |(prefix, _): &&(&str, &str)| {
            self.name().starts_with(&format!("{prefix}_")) || self.name() == *prefix
        };
        let known = SECTIONS.iter().chain([&TEXTS]).find(fits);
        known.map_or(DELETING, |(_, title)| title)
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "### `{}`\n", self.name())?;
        match self.code.contains('{') {
            true => write!(text, "{}\n\n{}\n", self.comment, self.members()),
            false => write!(text, "```c\n{}\n```\n\n{}\n\n", self.code, self.comment),
        }
    }

    /// The constants of an enum or the fields of a struct, as a table.
    fn members(&self) -> String {
        let mut table = String::from("| | |\n|---|---|\n");
        let mut comment = Vec::new();
        for line in self.code.lines().filter(|line| line.starts_with("    ")) {
            if line.trim_start().starts_with(['/', '*']) {
                comment.push(uncommented(line));
            } else {
                let code = line.trim().trim_end_matches([',', ';']);
                table += &format!("| `{code}` | {} |\n", comment.join(" ").trim());
                comment.clear();
            }
        }
        table
    }
}
