//! The error model: `crates/b24delete/data/errors.toml` becomes the Rust enum, the table of the portal's words and the
//! type of the kinds in Python.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::{Generated, formatted};

const HEADER: &str = "// Made from data/errors.toml by `cargo xtask generate`.\n\n";

/// Where the data is, seen from outside the core.
const DATA: &str = "crates/b24delete/data/";

/// The data, as the file has it.
#[derive(Deserialize)]
pub(super) struct Model {
    pub(super) kind: Vec<Kind>,
    pub(super) code: Vec<Code>,
}

#[derive(Deserialize)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) family: String,
    pub(super) effect: String,
    pub(super) follow: String,
    pub(super) doc: String,
}

#[derive(Deserialize)]
pub(super) struct Code {
    pub(super) code: String,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    endpoint: Option<String>,
    pub(super) kind: String,
    pub(super) http: Vec<u16>,
    source: String,
}

/// The error model as data.
pub(super) fn model(root: &Path) -> Result<Model, Box<dyn Error>> {
    Ok(toml::from_str(&fs::read_to_string(root.join("crates/b24delete/data/errors.toml"))?)?)
}

/// The Rust files of the error model.
pub(super) fn files(root: &Path, model: &Model) -> Result<Vec<Generated>, Box<dyn Error>> {
    Ok(vec![
        Generated {
            path: "crates/b24delete/src/error/kind.rs",
            text: formatted(root, &kinds(&model.kind)?)?,
        },
        Generated {
            path: "crates/b24delete/src/error/portal_codes.rs",
            text: formatted(root, &codes(&model.code)?)?,
        },
        Generated { path: "docs/guide/errors.md", text: super::errors_page::page(model)? },
        Generated { path: "bindings/c/src/error_kind.rs", text: formatted(root, &c_kinds(&model.kind)?)? },
        Generated { path: "python/b24delete/_kinds.py", text: python_kinds(&model.kind)? },
    ])
}

fn kinds(kinds: &[Kind]) -> Result<String, Box<dyn Error>> {
    let mut out = format!("//! The kinds of errors.\n{HEADER}");
    out.push_str("use super::{Effect, Family, Follow};\n\n");
    out.push_str("/// What went wrong: a stable word, the same in every language.\n");
    out.push_str(
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum ErrorKind {\n",
    );
    for kind in kinds {
        writeln!(out, "    /// {}\n    {},", kind.doc, pascal(&kind.name))?;
    }
    out.push_str("}\n\nimpl ErrorKind {\n    /// Every kind, in the order of the documentation.\n");
    writeln!(out, "    pub const ALL: [Self; {}] = [", kinds.len())?;
    for kind in kinds {
        writeln!(out, "        Self::{},", pascal(&kind.name))?;
    }
    out.push_str("    ];\n\n    pub(super) const fn row(self) -> &'static KindRow {\n        match self {\n");
    for kind in kinds {
        writeln!(out, "            Self::{} => &KindRow {{", pascal(&kind.name))?;
        writeln!(out, "                word: {:?},", kind.name)?;
        writeln!(out, "                family: Family::{},", kind.family)?;
        writeln!(out, "                effect: Effect::{},", pascal(&kind.effect))?;
        writeln!(out, "                follow: Follow::{},", pascal(&kind.follow))?;
        writeln!(out, "                summary: {:?},\n            }},", kind.doc)?;
    }
    out.push_str("        }\n    }\n}\n\n");
    out.push_str("/// A row of the table of kinds.\n#[derive(Debug)]\npub(super) struct KindRow {\n");
    out.push_str("    pub(super) word: &'static str,\n    pub(super) family: Family,\n");
    out.push_str("    pub(super) effect: Effect,\n    pub(super) follow: Follow,\n    pub(super) summary: &'static str,\n}\n");
    Ok(out)
}

/// The kinds as C sees them. Their numbers are their places: a new kind goes to the end.
fn c_kinds(kinds: &[Kind]) -> Result<String, Box<dyn Error>> {
    let mut out = format!("//! The kinds of errors, as C sees them.\n{}", HEADER.replace("data/", DATA));
    out.push_str(
        "use std::ffi::CStr;\n\n/// What went wrong: a stable number, and a stable word in every language.\n",
    );
    out.push_str("#[repr(C)]\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum ErrorKind {\n");
    out.push_str("    /// There is no error.\n    None = 0,\n");
    for (kind, number) in kinds.iter().zip(1..) {
        writeln!(out, "    /// {}\n    {} = {number},", kind.doc, pascal(&kind.name))?;
    }
    writeln!(out, "}}\n\nconst KINDS: [(b24delete::ErrorKind, ErrorKind, &CStr); {}] = [", kinds.len())?;
    for kind in kinds {
        let name = pascal(&kind.name);
        writeln!(out, "    (b24delete::ErrorKind::{name}, ErrorKind::{name}, c{:?}),", kind.name)?;
    }
    out.push_str("];\n\nconst _: () = assert!(b24delete::ErrorKind::ALL.len() == KINDS.len());\n\n");
    out.push_str("pub(crate) fn kind_of(kind: b24delete::ErrorKind) -> ErrorKind {\n");
    out.push_str(
        "    KINDS.iter().find(|row| row.0 == kind).map_or(ErrorKind::Internal, |row| row.1)\n}\n\n",
    );
    out.push_str("pub(crate) fn name_of(kind: ErrorKind) -> &'static CStr {\n");
    out.push_str("    KINDS.iter().find(|row| row.1 == kind).map_or(c\"none\", |row| row.2)\n}\n");
    Ok(out)
}

fn codes(codes: &[Code]) -> Result<String, Box<dyn Error>> {
    let mut out = format!("//! The portal's words for errors, and the kind that each stands for.\n{HEADER}");
    out.push_str("use super::ErrorKind;\nuse super::classify::{Endpoint, PortalCode};\n\n");
    writeln!(out, "pub(super) static PORTAL_CODES: [PortalCode; {}] = [", codes.len())?;
    for code in codes {
        let text = code.text.as_ref().map_or("None".to_owned(), |text| format!("Some({text:?})"));
        let endpoint = code
            .endpoint
            .as_ref()
            .map_or("None".to_owned(), |endpoint| format!("Some(Endpoint::{})", pascal(endpoint)));
        writeln!(out, "    // {}; HTTP {:?}", code.source, code.http)?;
        writeln!(out, "    PortalCode {{")?;
        writeln!(out, "        code: {:?},\n        text: {text},", code.code)?;
        writeln!(out, "        method: {:?},\n        endpoint: {endpoint},", code.method)?;
        writeln!(out, "        kind: ErrorKind::{},\n    }},", pascal(&code.kind))?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// Types for checkers only, which nothing imports at run time.
fn python_kinds(kinds: &[Kind]) -> Result<String, Box<dyn Error>> {
    let mut out =
        "\"\"\"The words of errors. Made from errors.toml by `cargo xtask generate`.\"\"\"\n\n".to_owned();
    out.push_str("from typing import Literal\n\n");
    out.push_str("Effect = Literal[\"not_sent\", \"rejected\", \"may_have_applied\"]\n");
    out.push_str("\"\"\"What a failed attempt may have done.\"\"\"\n\nKind = Literal[\n");
    for kind in kinds {
        writeln!(out, "    # {}\n    {:?},", kind.doc, kind.name)?;
    }
    out.push_str("]\n");
    Ok(out)
}

/// `not_found` becomes `NotFound`.
fn pascal(word: &str) -> String {
    word.split('_')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}
