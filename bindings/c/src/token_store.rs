//! `b24_tokens`, and the caller's own token store.

use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::Arc;

use b24delete::{Result, StoreError, StoreFuture, Tokens};
use tokio::task::spawn_blocking;

use crate::error::Error;
use crate::gate::{gate, required, text};
use crate::place::Place;
use crate::user_data::UserData;

/// Gives the text that was saved last, by `b24_tokens_set`; without that call nothing is stored yet. Returns 0, or
/// anything else when the store failed.
pub type LoadTokensCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, tokens: *mut StoredTokens) -> c_int>;

/// Keeps a text in place of all earlier ones. It holds secrets, and is there until the callback returns. It must be safe
/// by then: the new tokens are used only after it. Returns 0, or anything else when the store failed.
pub type SaveTokensCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, tokens: *const c_char) -> c_int>;

/// Where a token store puts what it loads. It is there until the callback returns.
#[derive(Default)]
pub struct StoredTokens {
    text: Option<String>,
}

/// The callbacks as the store of the core.
#[derive(Clone)]
pub(crate) struct TokenStore(Arc<Callbacks>);

struct Callbacks {
    load: unsafe extern "C" fn(user_data: *mut c_void, tokens: *mut StoredTokens) -> c_int,
    save: unsafe extern "C" fn(user_data: *mut c_void, tokens: *const c_char) -> c_int,
    user_data: UserData,
}

impl TokenStore {
    pub(crate) fn new(
        load: unsafe extern "C" fn(user_data: *mut c_void, tokens: *mut StoredTokens) -> c_int,
        save: unsafe extern "C" fn(user_data: *mut c_void, tokens: *const c_char) -> c_int,
        user_data: UserData,
    ) -> Self {
        Self(Arc::new(Callbacks { load, save, user_data }))
    }
}

impl Callbacks {
    fn load(&self) -> Result<Option<Tokens>, StoreError> {
        let mut tokens = StoredTokens::default();
        // SAFETY: the header says what the callback may do; the tokens live until it returns.
        let code =
            Place::TokenStore.enter(|| unsafe { (self.load)(self.user_data.pointer(), &raw mut tokens) });
        succeeded("load", code)?;
        Ok(tokens.text.as_deref().map(Tokens::from_json).transpose()?)
    }

    fn save(&self, text: &str) -> Result<(), StoreError> {
        let text = CString::new(text)?;
        // SAFETY: the header says what the callback may do; the text lives until it returns.
        let code =
            Place::TokenStore.enter(|| unsafe { (self.save)(self.user_data.pointer(), text.as_ptr()) });
        succeeded("save", code)
    }
}

impl b24delete::TokenStore for TokenStore {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        let callbacks = Arc::clone(&self.0);
        Box::pin(async move { spawn_blocking(move || callbacks.load()).await? })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let (callbacks, text) = (Arc::clone(&self.0), tokens.to_json());
        Box::pin(async move { spawn_blocking(move || callbacks.save(&text)).await? })
    }
}

fn succeeded(name: &str, code: c_int) -> Result<(), StoreError> {
    match code {
        0 => Ok(()),
        code => Err(format!("the token store's callback `{name}` failed with {code}").into()),
    }
}

/// Gives a token store's text to the library: exactly what its `save` got. The text is copied.
#[unsafe(no_mangle)]
pub extern "C" fn b24_tokens_set(
    tokens: Option<&mut StoredTokens>,
    saved: *const c_char,
) -> Option<Box<Error>> {
    gate(|| {
        required("tokens", tokens)?.text = Some(text("saved", saved)?);
        Ok(())
    })
}
