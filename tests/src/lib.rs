//! Scenarios and cross-language checks over the public interfaces.

pub mod in_process;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
