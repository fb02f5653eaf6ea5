//! Applications: their options, and stores for tokens that are written in Python.

use std::path::PathBuf;
use std::sync::Arc;

use b24delete::{
    Error, ErrorKind, FileTokenStore, OAuthOptions, Result, Secret, StoreError, StoreFuture, TokenRequest,
    TokenStore, Tokens,
};
use pyo3::prelude::*;
use tokio::task;

use crate::errors::{OrRaise as _, class_name};
use crate::options::text;
use crate::process;

/// The options of an application, from an `OAuth` object.
///
/// # Errors
/// `LocalError` of kind `config` for values of another type.
pub(crate) fn oauth_options(given: &Bound<'_, PyAny>) -> PyResult<OAuthOptions> {
    let py = given.py();
    let field = |name: &str| {
        given.getattr(name).map_err(|_| {
            let text = format!("`oauth` must be an `OAuth`, not `{}`", class_name(given));
            Error::not_sent(ErrorKind::Config, text)
        })
    };
    let needed = |name: &str| field(name).and_then(|value| text(name, &value));
    let optional = |name: &str| -> Result<Option<String>> {
        let value = field(name)?;
        if value.is_none() { Ok(None) } else { text(name, &value).map(Some) }
    };
    let read = || {
        let secret = Secret::new(&needed("client_secret")?);
        let mut oauth = OAuthOptions::new(needed("rest")?, needed("client_id")?, secret);
        oauth.access_token = optional("access_token")?.as_deref().map(Secret::new);
        oauth.refresh_token = optional("refresh_token")?.as_deref().map(Secret::new);
        if let Some(endpoint) = optional("token_endpoint")? {
            oauth.token_endpoint = endpoint;
        }
        if let Some(verb) = optional("token_request")? {
            oauth.token_request = token_request(&verb)?;
        }
        let hosts = field("allowed_hosts")?;
        if !hosts.is_none() {
            let hosts: Vec<String> = hosts.extract().map_err(|_| {
                Error::not_sent(ErrorKind::Config, "`allowed_hosts` must be a list of host names")
            })?;
            oauth.allowed_hosts.extend(hosts);
        }
        oauth.store = store(&field("store")?)?;
        Ok(oauth)
    };
    read().or_raise(py)
}

fn token_request(verb: &str) -> Result<TokenRequest> {
    match verb {
        "post" => Ok(TokenRequest::Post),
        "get" => Ok(TokenRequest::Get),
        _ => {
            let text = format!("`{verb}` is no way to ask for tokens: `post` or `get`");
            Err(Error::not_sent(ErrorKind::Config, text))
        }
    }
}

/// None, a file, or an object with `load` and `save`.
fn store(given: &Bound<'_, PyAny>) -> Result<Option<Arc<dyn TokenStore>>> {
    if given.is_none() {
        return Ok(None);
    }
    if let Ok(path) = given.extract::<PathBuf>() {
        return Ok(Some(Arc::new(FileTokenStore::new(path))));
    }
    for name in ["load", "save"] {
        if !given.getattr(name).is_ok_and(|method| method.is_callable()) {
            let text = format!("`store` needs a method `{name}`, which `{}` has not", class_name(given));
            return Err(Error::not_sent(ErrorKind::Config, text));
        }
    }
    Ok(Some(Arc::new(PythonStore(Arc::new(given.clone().unbind())))))
}

/// A store that is an object of the caller's. Its methods run in threads of their own, as they may take long.
struct PythonStore(Arc<Py<PyAny>>);

impl PythonStore {
    async fn call(&self, method: &'static str, text: Option<String>) -> Result<Option<String>, StoreError> {
        let store = Arc::clone(&self.0);
        let called = task::spawn_blocking(move || {
            let process = process::current()?;
            process
                .in_python(|py| call(store.bind(py), method, text))
                .unwrap_or_else(|| Err("Python ends".into()))
        });
        called.await.unwrap_or_else(|_| Err(format!("the token store's `{method}` panicked").into()))
    }
}

fn call(
    store: &Bound<'_, PyAny>,
    method: &'static str,
    text: Option<String>,
) -> Result<Option<String>, StoreError> {
    let answer = match text {
        Some(text) => store.call_method1(method, (text,)),
        None => store.call_method0(method),
    };
    let answer = answer.map_err(|error| format!("the token store's `{method}` failed: {error}"))?;
    let is_text_or_none =
        || format!("the token store's `{method}` must return text or `None`, not `{}`", class_name(&answer));
    match method {
        "load" => answer.extract().map_err(|_| is_text_or_none().into()),
        _ => Ok(None),
    }
}

impl TokenStore for PythonStore {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        Box::pin(async {
            let text = self.call("load", None).await?;
            Ok(text.as_deref().map(Tokens::from_json).transpose()?)
        })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let text = tokens.to_json();
        Box::pin(async move { self.call("save", Some(text)).await.map(drop) })
    }
}
