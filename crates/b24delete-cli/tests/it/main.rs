//! The command as its users see it: exit code, stdout and stderr, against a portal on loopback.
#![cfg(test)]

mod auth;
mod bad_files;
mod bad_input;
mod command;
mod guide;
mod help;
mod interrupts;
mod jobs;
mod portal;
mod reports;
mod runs;
mod secrets;
mod tools;
