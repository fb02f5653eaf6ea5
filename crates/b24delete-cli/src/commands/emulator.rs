//! `emulator`: a local portal until stdin closes.

use std::error::Error as _;
use std::io;

use b24delete_emulator::{Emulator, EmulatorError};
use tokio::io::AsyncReadExt as _;

use crate::arguments::EmulatorArguments;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::printer::Printer;
use crate::settings::emulator_settings;

/// Serves a portal and prints where it is.
pub(crate) async fn emulator(arguments: EmulatorArguments, printer: &Printer) -> Result<ExitStatus, Failure> {
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let portal = Emulator::serve(emulator_settings(arguments)?).await.map_err(|error| failed(&error))?;
    let told = printer.data(portal.addresses().to_line()).and_then(|()| printer.flush());
    told.map_err(|error| failure::stdout(&error))?;
    tokio::select! {
        () = interrupts.next() => {}
        () = stdin_closes() => {}
    }
    portal.shutdown().await;
    Ok(ExitStatus::Success)
}

/// The portal could not be started.
pub(super) fn failed(error: &EmulatorError) -> Failure {
    Failure::usage(match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

async fn stdin_closes() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0; 1024];
    loop {
        match stdin.read(&mut buffer).await {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            Ok(_) | Err(_) => {}
        }
    }
}
