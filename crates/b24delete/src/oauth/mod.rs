//! OAuth 2.0 of applications: tokens that expire, their renewal, and where they are kept.

mod endpoints;
mod file_store;
mod handle;
mod options;
mod server;
mod session;
mod state;
mod store;
mod tokens;

pub use self::file_store::FileTokenStore;
pub use self::handle::OAuth;
pub use self::options::{OAuthOptions, TokenRequest};
pub(crate) use self::session::{Access, Session, SessionParts};
pub use self::store::{StoreError, StoreFuture, TokenLock, TokenStore};
pub use self::tokens::Tokens;
