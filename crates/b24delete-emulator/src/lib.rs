//! A local Bitrix24 portal to run clients against: stateful, with the documented limits, and with faults on demand.
//!
//! [`Emulator::serve`] opens a port on the loopback interface. [`Emulator::new`] gives the same portal without sockets,
//! as a router that runs on tokio's time, paused or not. Which records changed is read from its log of executions and
//! its snapshot, so that tests need not trust the client.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use b24delete_emulator::{Emulator, Settings};
//!
//! let mut settings = Settings::default();
//! settings.seed.leads = 10;
//! let portal = Emulator::serve(settings).await?;
//! println!("{}", portal.addresses().to_line());
//! portal.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod admission;
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
mod oauth;
mod params;
mod portal;
mod portal_time;
pub mod profile;
mod received;
mod reply;
mod request;
mod run;
mod server;
pub mod settings;
pub mod store;
mod tls;

pub use emulator::{Dropped, Emulator};
pub use error::{EmulatorError, Refused};
pub use oauth::Application;
pub use portal::Statistics;
pub use received::ReceivedRequest;
pub use server::{Addresses, Running};
pub use settings::Settings;
