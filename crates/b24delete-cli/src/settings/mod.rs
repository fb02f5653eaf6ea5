//! What was typed and what the environment adds, resolved once into values without open questions.

mod connection;
mod delete;
mod emulator;
mod webhook_file;

pub(crate) use self::connection::ConnectionSettings;
pub(crate) use self::delete::{DeleteSettings, Selection};
pub(crate) use self::emulator::emulator_settings;
