//! The commands, one a file.

mod check;
mod delete;
mod dry_run;

pub(crate) use self::check::check;
pub(crate) use self::delete::delete;
