"""The words of errors. Made from errors.toml by `cargo xtask generate`."""

from typing import Literal

Effect = Literal["not_sent", "rejected", "may_have_applied"]
"""What a failed attempt may have done."""

Kind = Literal[
    # The record, or the lead whose bindings were to go, does not exist.
    "not_found",
    # An argument has a value that is not allowed.
    "invalid_argument",
    # An id is missing or is not a whole number from 1 to 2^53-1.
    "invalid_id",
    # A required field of the request is missing or not valid.
    "missing_fields",
    # The portal does not know the REST method; self-hosted portals may lag behind the cloud.
    "method_not_found",
    # The method may not be called inside `batch`.
    "batch_method_not_allowed",
    # A `batch` held more than 50 commands.
    "batch_too_long",
    # The portal answers REST over https only.
    "https_required",
    # The acting user may not do this; for a whole request also: REST is not part of the portal's plan.
    "access_denied",
    # The webhook or token lacks the scope `crm`.
    "insufficient_scope",
    # The acting user has no access to the application, or is not an intranet user.
    "user_access",
    # The method refuses this way of authorization.
    "wrong_auth_type",
    # An administrator of the portal has yet to confirm, or has denied, the use of the method.
    "confirmation_required",
    # The portal's subscription has ended.
    "payment_required",
    # The request carried no authorization that the portal recognised.
    "no_auth",
    # The webhook's user or code is wrong, or its user was dismissed.
    "invalid_credentials",
    # The access token belongs to no application of this portal.
    "invalid_token",
    # The access token has expired.
    "expired_token",
    # The authorization server did not renew the access token; a new login is needed.
    "refresh_failed",
    # The application is not installed on the portal.
    "application_not_found",
    # Too many requests in a short time; nothing was executed.
    "rate_limited",
    # The method has used up its operating time of the last ten minutes; nothing was executed.
    "operation_time_limit",
    # The portal's support has blocked REST for overload; only support lifts it.
    "overloaded",
    # The portal failed inside.
    "internal_server_error",
    # The portal reported an unexpected answer, or gave one that its documentation does not know.
    "unexpected_answer",
    # The portal could not load a manifest.
    "manifest_not_available",
    # The portal was deleted or its public part is closed.
    "portal_deleted",
    # Any other error that the portal reported; `code` and `description` are its own words.
    "portal_error",
    # No answer came within the request timeout.
    "timeout",
    # The connection could not be made, or broke before the answer was complete.
    "connection",
    # The portal's certificate was not accepted, or the TLS handshake failed.
    "tls",
    # The portal pointed to another address; credentials are never sent after a redirect.
    "redirected",
    # The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large.
    "invalid_response",
    # The operation may have been executed and this could not be settled; the cause is the error's source.
    "outcome_unknown",
    # The configuration is incomplete or contradicts itself.
    "config",
    # The caller cancelled, or a stop rule ended the run.
    "cancelled",
    # The job file could not be used, or a backup could not be made.
    "job",
    # The record changed after the plan was made.
    "changed",
    # A fault of this library.
    "internal",
]
