//! The kinds of errors in TypeScript, from the same data as those in Rust.

use std::error::Error;
use std::fmt::Write as _;

use super::Generated;
use super::errors::Model;

const HEAD: &str = "\
// Made from data/errors.toml by `cargo xtask generate`.

/** The kinds of errors, and the class that each belongs to. */
export const FAMILIES = {
";

const TAIL: &str = "\
} as const

/** What went wrong: a stable word, the same in every language. */
export type ErrorKind = keyof typeof FAMILIES

/** The classes of errors. */
export type FamilyName = (typeof FAMILIES)[ErrorKind]

/** The kinds that belong to a class. */
export type KindOf<Name extends FamilyName> = {
  [Kind in ErrorKind]: (typeof FAMILIES)[Kind] extends Name ? Kind : never
}[ErrorKind]
";

/// The file with the kinds.
pub(super) fn kinds(model: &Model) -> Result<Generated, Box<dyn Error>> {
    let mut text = HEAD.to_owned();
    for kind in &model.kind {
        writeln!(text, "  /** {} */\n  {}: '{}Error',", kind.doc, kind.name, kind.family)?;
    }
    text.push_str(TAIL);
    Ok(Generated { path: "node/src/error-kinds.ts", text })
}
