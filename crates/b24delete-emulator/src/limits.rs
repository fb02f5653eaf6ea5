//! The portal's limits: on HTTP requests and on operating time.

pub(crate) mod operating;
pub(crate) mod rate;
