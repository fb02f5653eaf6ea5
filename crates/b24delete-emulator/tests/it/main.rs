//! The emulator over real sockets.

mod http;
mod serving;
