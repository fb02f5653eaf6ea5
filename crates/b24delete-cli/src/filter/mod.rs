//! `--filter`: which records, as the portal's list methods understand it and as far as it can be checked here.

mod check;
mod condition;
mod fields;
mod resolve;

pub(crate) use self::condition::Filter;
pub(crate) use self::resolve::Resolver;
