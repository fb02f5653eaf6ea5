//! Logging an application in.

use b24delete::{OAuth, Secret};
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;

use crate::runtime;

/// The authorization of a client that is an application.
#[derive(Debug)]
#[napi]
pub struct NativeOAuth {
    inner: OAuth,
}

impl NativeOAuth {
    pub(crate) fn new(inner: OAuth) -> Self {
        Self { inner }
    }
}

#[napi]
impl NativeOAuth {
    /// The portal's page where a user lets the application in.
    #[napi]
    pub fn authorize_url(&self, state: String) -> String {
        self.inner.authorize_url(&state)
    }

    /// Exchanges the code of the redirect for tokens and stores them.
    #[napi(ts_return_type = "Promise<Reply<null>>")]
    pub fn log_in<'env>(&self, env: &'env Env, code: String) -> napi::Result<Object<'env>> {
        let (oauth, code) = (self.inner.clone(), Secret::new(&code));
        runtime::promise(env, async move { oauth.log_in(&code).await.map(|_tokens| ()) })
    }

    /// Renews the tokens although they may still be good.
    #[napi(ts_return_type = "Promise<Reply<null>>")]
    pub fn refresh<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let oauth = self.inner.clone();
        runtime::promise(env, async move { oauth.refresh().await.map(|_tokens| ()) })
    }
}
