//! Where tokens are kept between processes.

use std::any::Any;
use std::fmt;
use std::pin::Pin;

use super::tokens::Tokens;

/// Why a store failed. Its text must not hold secrets.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// A future that a [`TokenStore`] returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps the tokens of one application on one portal.
///
/// Every renewal gives a new refresh token and ends the old one, so whoever shares tokens must share the store too.
/// [`FileTokenStore`](crate::FileTokenStore) is one that processes on one machine can share.
pub trait TokenStore: Send + Sync {
    /// The tokens that were saved last; none before the first login.
    fn load(&self) -> StoreFuture<'_, Option<Tokens>>;

    /// Keeps these tokens in place of all earlier ones. They must be safe when the future ends: the new access token
    /// is used only after it.
    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()>;

    /// Keeps others from renewing the tokens until the lock is dropped. It is held from the second look at the store
    /// over the renewal to the saving. By default nothing is locked, which suits a store that nobody shares.
    fn lock(&self) -> StoreFuture<'_, TokenLock> {
        Box::pin(async { Ok(TokenLock::new(())) })
    }
}

impl fmt::Debug for dyn TokenStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenStore")
    }
}

/// A lock on a store, until it is dropped.
pub struct TokenLock(#[expect(dead_code, reason = "dropping it is what it is for")] Box<dyn Any + Send>);

impl TokenLock {
    /// A lock that is released when `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Box::new(guard))
    }
}

impl fmt::Debug for TokenLock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenLock")
    }
}
