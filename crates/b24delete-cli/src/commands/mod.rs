//! The commands, one a file.

mod delete;
mod dry_run;

pub(crate) use self::delete::delete;
