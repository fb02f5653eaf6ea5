//! The user's own store of tokens.

use b24delete::{StoreError, StoreFuture, TokenLock, TokenStore, Tokens};
use napi::Status;
use napi::bindgen_prelude::Promise;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

type Ask<T> = ThreadsafeFunction<T, Promise<StoreReply>, T, Status, false, true>;
type Tell = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The functions of a store. They never throw, and their promises never reject.
#[napi(object, object_to_js = false)]
pub struct StoreFunctions {
    /// Reads the tokens that were saved last.
    pub load: Ask<()>,
    /// Keeps tokens.
    pub save: Ask<String>,
    /// Keeps others from renewing the tokens.
    pub lock: Ask<()>,
    /// Ends what `lock` began.
    pub unlock: Tell,
}

/// What a function of a store came to.
#[derive(Debug)]
#[napi(object, object_to_js = false)]
pub struct StoreReply {
    /// The text that was saved last, if any.
    pub tokens: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A store whose functions are JavaScript.
pub(crate) struct JavaScriptStore(std::sync::Arc<StoreFunctions>);

impl JavaScriptStore {
    pub(crate) fn new(functions: StoreFunctions) -> Self {
        Self(std::sync::Arc::new(functions))
    }
}

async fn ask<T: 'static + napi::bindgen_prelude::JsValuesTupleIntoVec>(
    function: &Ask<T>,
    value: T,
) -> Result<Option<String>, StoreError> {
    let gone = |error: napi::Error| StoreError::from(format!("the store of tokens did not answer: {error}"));
    let reply = function.call_async(value).await.map_err(gone)?.await.map_err(gone)?;
    match reply.error {
        Some(error) => Err(error.into()),
        None => Ok(reply.tokens),
    }
}

impl TokenStore for JavaScriptStore {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        Box::pin(async {
            let text = ask(&self.0.load, ()).await?;
            Ok(text.map(|text| Tokens::from_json(&text)).transpose()?)
        })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let text = tokens.to_json();
        Box::pin(async move { ask(&self.0.save, text).await.map(drop) })
    }

    fn lock(&self) -> StoreFuture<'_, TokenLock> {
        Box::pin(async {
            ask(&self.0.lock, ()).await?;
            Ok(TokenLock::new(Held(std::sync::Arc::clone(&self.0))))
        })
    }
}

/// The lock on a store, until it is dropped.
struct Held(std::sync::Arc<StoreFunctions>);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.unlock.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}
