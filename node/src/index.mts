// One copy of the classes serves both kinds of modules, so that `instanceof` holds between them.

export type * from './index.js'
export {
  AccessDeniedError,
  AuthError,
  B24Error,
  Client,
  InvalidRequestError,
  Job,
  LimitError,
  LocalError,
  NotFoundError,
  Operation,
  OutcomeUnknownError,
  PortalError,
  TransportError,
} from './index.js'
