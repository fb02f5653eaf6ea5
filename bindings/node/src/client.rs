//! The client.

use b24delete::{CallOptions, Client, ClientOptions, ErrorKind, Result, RunOptions};
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;

use crate::call::DeletionFields;
use crate::canceller::NativeCanceller;
use crate::ids;
use crate::oauth::NativeOAuth;
use crate::options::{self, OptionFields};
use crate::reply::{Reply, gate};
use crate::run::NativeRun;
use crate::runtime::{self, runtime};
use crate::source::{self, DemandFunction};

/// A client of one portal.
#[derive(Debug)]
#[napi]
pub struct NativeClient {
    pub(crate) inner: Client,
}

/// A client for the portal that the options name.
#[napi]
pub fn open_client(mut fields: OptionFields) -> Reply<NativeClient> {
    gate(|| open(options::portal(&mut fields)?, fields))
}

/// A client for the portal that the environment names.
#[napi]
pub fn open_client_from_environment(fields: OptionFields) -> Reply<NativeClient> {
    gate(|| open(b24delete_cli::client_options_from_environment()?, fields))
}

/// A client for the portal of a profile.
#[napi]
pub fn open_client_from_profile(name: String, fields: OptionFields) -> Reply<NativeClient> {
    gate(|| open(b24delete_cli::client_options_from_profile(&name)?, fields))
}

fn open(portal: ClientOptions, fields: OptionFields) -> Result<NativeClient> {
    Ok(NativeClient { inner: Client::new(options::complete(portal, fields)?)? })
}

/// How a run behaves.
#[napi(object, object_to_js = false)]
pub struct RunFields {
    /// Stops the run when more operations fail or stay unknown: a count or a share, as text.
    pub max_failures: Option<String>,
    /// Stops the run when this many first answers are all `absent`.
    pub stop_if_first_absent: Option<u32>,
}

#[napi]
impl NativeClient {
    /// A promise for what one operation comes to; code and ids as in a row of [`NativeRun::feed`], the deadline in
    /// seconds.
    #[napi(ts_return_type = "Promise<Reply<DeletionFields>>")]
    pub fn delete<'env>(
        &self,
        env: &'env Env,
        operation: (f64, f64, f64),
        deadline: Option<f64>,
        canceller: Option<&NativeCanceller>,
    ) -> napi::Result<Object<'env>> {
        let (code, lead, contact) = operation;
        let (client, canceller) = (self.inner.clone(), canceller.map(|canceller| canceller.inner.clone()));
        runtime::promise(env, async move {
            let mut options = CallOptions::default();
            options.deadline = deadline
                .map(|seconds| options::duration(ErrorKind::InvalidArgument, "deadline", seconds))
                .transpose()?;
            options.canceller = canceller;
            let operation = ids::operation(code, lead, contact)?;
            client.delete(operation, options).await.map(DeletionFields::from)
        })
    }

    /// Starts a run, which asks `demand` for operations.
    #[napi]
    pub fn delete_many(&self, fields: RunFields, demand: DemandFunction) -> Reply<NativeRun> {
        gate(|| {
            let _guard = runtime()?.enter();
            let (feed, source) = source::channel(demand);
            let mut options = RunOptions::default();
            options.max_failures = fields.max_failures.map(|text| text.parse()).transpose()?;
            options.stop_if_first_absent = fields.stop_if_first_absent.map(u64::from);
            let run = self.inner.delete_stream(source, options);
            Ok(NativeRun::new(run, feed))
        })
    }

    /// The login and the tokens of an application; none for a webhook.
    #[napi(getter)]
    pub fn oauth(&self) -> Option<NativeOAuth> {
        self.inner.oauth().map(NativeOAuth::new)
    }

    /// Host of the portal, and its port where it is not the usual one.
    #[napi(getter)]
    pub fn host(&self) -> String {
        self.inner.host()
    }

    /// The user in whose name calls are made, where it is known.
    #[napi(getter)]
    pub fn user_id(&self) -> Option<f64> {
        self.inner.user_id().map(|id| id as f64)
    }

    /// The client as text, without secrets.
    #[napi]
    pub fn describe(&self) -> String {
        format!("{:?}", self.inner)
    }
}
