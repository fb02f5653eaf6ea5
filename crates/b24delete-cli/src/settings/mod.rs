//! What was typed and what the environment adds, resolved once into values without open questions.

mod access;
mod connection;
mod delete;
mod emulator;
mod profiles;
mod webhook_file;

pub(crate) use self::access::{Access, Named};
pub(crate) use self::connection::ConnectionSettings;
pub(crate) use self::delete::{DeleteSettings, Selection};
pub(crate) use self::emulator::emulator_settings;
