//! What was typed and what the environment adds, resolved once into values without open questions.

mod connection;
mod delete;
mod webhook_file;

pub(crate) use self::connection::ConnectionSettings;
pub(crate) use self::delete::{DeleteSettings, Selection};
