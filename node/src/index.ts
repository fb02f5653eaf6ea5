/// <reference lib="esnext.disposable" preserve="true" />

export { Client } from './client'
export {
  AccessDeniedError,
  AuthError,
  B24Error,
  type Effect,
  type ErrorKind,
  InvalidRequestError,
  LimitError,
  LocalError,
  NotFoundError,
  OutcomeUnknownError,
  PortalError,
  TransportError,
} from './errors'
export type { ClientEvent } from './events'
export { Job } from './job'
export type { JobRunOptions, PlanOptions, RestoreOptions } from './job-options'
export type { JobRun } from './job-run'
export type {
  Overview,
  Planned,
  PlanSummary,
  ReportFormat,
  Restored,
  RestorePlan,
  RestoreSummary,
  State,
  Verification,
} from './job-views'
export type { OAuth } from './oauth'
export { type LeadContact, type Method, Operation } from './operation'
export type { CallOptions, ClientOptions, ClientSettings, OAuthOptions, RunOptions } from './options'
export type { ConfirmedBy, Deletion, Outcome, PortalTime, Status, Summary } from './outcome'
export type { Run } from './run'
export type { TokenStore } from './token-store'
