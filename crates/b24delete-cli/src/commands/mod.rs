//! The commands, one a file.

mod auth;
mod check;
mod completions;
mod delete;
mod demo;
mod dry_run;
mod emulator;
mod follow;
mod forget;
mod job_run;
mod report;
mod restore;
mod run;
mod show;

pub(crate) use self::auth::auth;
pub(crate) use self::check::check;
pub(crate) use self::completions::completions;
pub(crate) use self::delete::delete;
pub(crate) use self::demo::demo;
pub(crate) use self::emulator::emulator;
pub(crate) use self::forget::forget;
pub(crate) use self::report::report;
pub(crate) use self::restore::restore;
pub(crate) use self::run::run;
pub(crate) use self::show::show;
