//! A local Bitrix24 portal.

#[cfg_attr(not(test), expect(dead_code, reason = "called by the wire"))]
mod methods;
mod portal_time;
pub mod profile;
pub mod store;
