//! The emulator over real sockets.

#[cfg(test)]
mod control;
#[cfg(test)]
mod encrypted;
#[cfg(test)]
mod http;
#[cfg(test)]
mod serving;
