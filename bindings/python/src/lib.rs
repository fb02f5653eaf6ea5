//! `b24delete._native`: the engine for Python. The public surface is written in Python, in `python/b24delete`.

mod async_run;
mod call;
mod callbacks;
mod client;
mod clock;
mod command;
mod errors;
mod events;
mod feed;
mod id;
mod job;
mod job_values;
mod logging;
mod operation;
mod options;
mod outcome;
mod outcomes;
mod panic_gate;
mod plan;
mod process;
mod report;
mod run;
mod token_store;
mod values;
mod waiting;
mod work;

use pyo3::prelude::*;

/// The module as Python imports it.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::async_run::AsyncRun;
    #[pymodule_export]
    use super::call::Call;
    #[pymodule_export]
    use super::client::Client;
    #[pymodule_export]
    use super::command::run_command;
    #[pymodule_export]
    use super::errors::error_classes;
    #[pymodule_export]
    use super::job::{Job, Outcomes, PlannedOperations, RestoredThings};
    #[pymodule_export]
    use super::operation::Operation;
    #[pymodule_export]
    use super::outcome::Outcome;
    #[pymodule_export]
    use super::plan::Planning;
    #[pymodule_export]
    use super::process::shut_down;
    #[pymodule_export]
    use super::run::Run;
    #[pymodule_export]
    use super::work::Working;
}
