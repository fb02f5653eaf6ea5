//! A local Bitrix24 portal.

mod batch;
mod client;
mod clock;
mod control;
mod emulator;
mod error;
pub mod faults;
mod hostile;
mod limits;
mod methods;
mod params;
mod portal;
pub mod profile;
mod reply;
mod request;
mod run;
pub mod settings;
pub mod store;

pub use emulator::{Dropped, Emulator};
pub use error::{EmulatorError, Refused};
pub use portal::Statistics;
pub use settings::Settings;
