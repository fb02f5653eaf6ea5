//! What is checked before anything runs: limits, credentials, scopes and the names of methods.

use serde_json::{Map, Value};

use crate::batch::Batch;
use crate::methods::{self, Method, Refusal};
use crate::oauth::{Site, Standing};
use crate::portal::{Portal, WEBHOOK_USER, locked};
use crate::profile::Answers;
use crate::reply::refusals;
use crate::request::Request;

/// The work that a request asks for.
#[derive(Debug)]
pub(crate) enum Work {
    /// A call of one method.
    Call { name: String, method: &'static Method, params: Map<String, Value> },
    /// A batch.
    Batch(Batch),
    /// A request for tokens.
    Token { params: Result<Map<String, Value>, Refusal>, site: Site },
}

/// In whose name a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The webhook.
    Webhook,
    /// The application that is installed on the portal.
    Application,
}

/// Checks what can be checked before anything runs.
pub(crate) fn admit(portal: &Portal, request: Request) -> Result<(Work, Caller), Refusal> {
    if !portal.admits() {
        return Err(refusals::RATE_LIMIT);
    }
    let mut params = request.params;
    let token = params.as_mut().ok().and_then(|params| params.remove("auth"));
    let caller = match request.webhook {
        Some((user, code)) if user == WEBHOOK_USER && code == portal.webhook_code => Caller::Webhook,
        Some(_) => return Err(refusals::INVALID_CREDENTIALS),
        None => application(portal, token.as_ref())?,
    };
    let params = params?;
    if request.method == "batch" {
        return Ok((Work::Batch(Batch::read(&params)), caller));
    }
    let method = find(portal, caller, &request.method)?;
    Ok((Work::Call { name: request.method, method, params }, caller))
}

/// Checks an access token.
fn application(portal: &Portal, token: Option<&Value>) -> Result<Caller, Refusal> {
    let token = token.and_then(Value::as_str).filter(|token| !token.is_empty()).ok_or(refusals::NO_AUTH)?;
    match locked(&portal.oauth).standing(token, portal.clock.elapsed()) {
        Standing::Valid => Ok(Caller::Application),
        Standing::Expired => Err(refusals::EXPIRED_TOKEN),
        Standing::Unknown => Err(refusals::INVALID_TOKEN),
    }
}

/// The method of that name, if the caller's scopes allow it.
pub(crate) fn find(
    portal: &Portal,
    caller: Caller,
    lower_case_name: &str,
) -> Result<&'static Method, Refusal> {
    let method = methods::find(lower_case_name).ok_or(refusals::METHOD_NOT_FOUND)?;
    if method.scope.is_empty() || portal.settings.scopes.iter().any(|scope| scope == method.scope) {
        return Ok(method);
    }
    let http_status = match portal.settings.profile.answers {
        Answers::Documented => 403,
        Answers::Observed => 401,
    };
    Err(refusals::insufficient_scope(http_status, caller == Caller::Application))
}
