//! A local Bitrix24 portal to run clients against: stateful, with the documented limits, and with faults on demand.
//!
//! [`Emulator::new`] gives the portal without sockets, as a router that runs on tokio's time, paused or not. Which
//! records changed is read from its log of executions and its snapshot, so that tests need not trust the client.

mod batch;
mod client;
mod clock;
mod control;
mod emulator;
mod error;
pub mod faults;
mod hostile;
mod limits;
mod lingering;
mod methods;
mod params;
mod portal;
mod portal_time;
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
