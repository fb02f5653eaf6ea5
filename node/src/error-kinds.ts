// Made from data/errors.toml by `cargo xtask generate`.

/** The kinds of errors, and the class that each belongs to. */
export const FAMILIES = {
  /** The record, or the lead whose bindings were to go, does not exist. */
  not_found: 'NotFoundError',
  /** An argument has a value that is not allowed. */
  invalid_argument: 'InvalidRequestError',
  /** An id is missing or is not a whole number from 1 to 2^53-1. */
  invalid_id: 'InvalidRequestError',
  /** A required field of the request is missing or not valid. */
  missing_fields: 'InvalidRequestError',
  /** The portal does not know the REST method; self-hosted portals may lag behind the cloud. */
  method_not_found: 'InvalidRequestError',
  /** The method may not be called inside `batch`. */
  batch_method_not_allowed: 'InvalidRequestError',
  /** A `batch` held more than 50 commands. */
  batch_too_long: 'InvalidRequestError',
  /** The portal answers REST over https only. */
  https_required: 'InvalidRequestError',
  /** The acting user may not do this; for a whole request also: REST is not part of the portal's plan. */
  access_denied: 'AccessDeniedError',
  /** The webhook or token lacks the scope `crm`. */
  insufficient_scope: 'AccessDeniedError',
  /** The acting user has no access to the application, or is not an intranet user. */
  user_access: 'AccessDeniedError',
  /** The method refuses this way of authorization. */
  wrong_auth_type: 'AccessDeniedError',
  /** An administrator of the portal has yet to confirm, or has denied, the use of the method. */
  confirmation_required: 'AccessDeniedError',
  /** The portal's subscription has ended. */
  payment_required: 'AccessDeniedError',
  /** The request carried no authorization that the portal recognised. */
  no_auth: 'AuthError',
  /** The webhook's user or code is wrong, or its user was dismissed. */
  invalid_credentials: 'AuthError',
  /** The access token belongs to no application of this portal. */
  invalid_token: 'AuthError',
  /** The access token has expired. */
  expired_token: 'AuthError',
  /** The authorization server did not renew the access token; a new login is needed. */
  refresh_failed: 'AuthError',
  /** The application is not installed on the portal. */
  application_not_found: 'AuthError',
  /** Too many requests in a short time; nothing was executed. */
  rate_limited: 'LimitError',
  /** The method has used up its operating time of the last ten minutes; nothing was executed. */
  operation_time_limit: 'LimitError',
  /** The portal's support has blocked REST for overload; only support lifts it. */
  overloaded: 'LimitError',
  /** The portal failed inside. */
  internal_server_error: 'PortalError',
  /** The portal reported an unexpected answer, or gave one that its documentation does not know. */
  unexpected_answer: 'PortalError',
  /** The portal could not load a manifest. */
  manifest_not_available: 'PortalError',
  /** The portal was deleted or its public part is closed. */
  portal_deleted: 'PortalError',
  /** Any other error that the portal reported; `code` and `description` are its own words. */
  portal_error: 'PortalError',
  /** No answer came within the request timeout. */
  timeout: 'TransportError',
  /** The connection could not be made, or broke before the answer was complete. */
  connection: 'TransportError',
  /** The portal's certificate was not accepted, or the TLS handshake failed. */
  tls: 'TransportError',
  /** The portal pointed to another address; credentials are never sent after a redirect. */
  redirected: 'TransportError',
  /** The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large. */
  invalid_response: 'TransportError',
  /** The operation may have been executed and this could not be settled; the cause is the error's source. */
  outcome_unknown: 'OutcomeUnknownError',
  /** The configuration is incomplete or contradicts itself. */
  config: 'LocalError',
  /** The caller cancelled, or a stop rule ended the run. */
  cancelled: 'LocalError',
  /** The job file could not be used, or a backup could not be made. */
  job: 'LocalError',
  /** The record changed after the plan was made. */
  changed: 'LocalError',
  /** A fault of this library. */
  internal: 'LocalError',
} as const

/** What went wrong: a stable word, the same in every language. */
export type ErrorKind = keyof typeof FAMILIES

/** The classes of errors. */
export type FamilyName = (typeof FAMILIES)[ErrorKind]

/** The kinds that belong to a class. */
export type KindOf<Name extends FamilyName> = {
  [Kind in ErrorKind]: (typeof FAMILIES)[Kind] extends Name ? Kind : never
}[ErrorKind]
