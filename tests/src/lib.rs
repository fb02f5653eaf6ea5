//! Scenarios and cross-language checks over the public interfaces.

pub mod in_process;
