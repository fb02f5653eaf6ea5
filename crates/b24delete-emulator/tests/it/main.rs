//! The emulator over real sockets.

#[cfg(test)]
mod http;
#[cfg(test)]
mod serving;
