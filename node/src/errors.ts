import type { CallSite } from './call-site'
import { type ErrorKind, FAMILIES, type FamilyName, type KindOf } from './error-kinds'
import type { ErrorFields, Failure, Reply } from './native'

export type { ErrorKind } from './error-kinds'

/**
 * What a failed attempt may have done on the portal: nothing left this machine, the portal refused before it executed
 * anything, or it may have executed the operation.
 */
export type Effect = 'not_sent' | 'rejected' | 'may_have_applied'

/**
 * Everything that can go wrong. The {@link kind} is stable; the texts are for people, and known secrets are masked in
 * them. `cause` leads to what led to it.
 */
export abstract class B24Error<Kind extends ErrorKind = ErrorKind> extends Error {
  /** What went wrong: the stable contract, the same in every language. */
  readonly kind: Kind
  /** What the failed attempt may have done. */
  readonly effect: Effect
  /** The REST method that was called, such as `crm.lead.delete`. */
  readonly method: string | null
  /** The portal's own code; empty when it gave none or the error is of this side. */
  readonly code: string
  /** The portal's own text, or this library's where the error is of this side. */
  readonly description: string
  /** Status of the HTTP reply that carried the error: 200 inside a batch. */
  readonly httpStatus: number | null
  /** How often the delete was sent in a way that could have executed it. */
  readonly attempts: number

  /** @internal */
  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(fields.message, options)
    this.kind = fields.kind as Kind
    this.effect = fields.effect
    this.method = fields.method ?? null
    this.code = fields.code
    this.description = fields.description
    this.httpStatus = fields.httpStatus ?? null
    this.attempts = fields.attempts
  }

  /** The fields as they stand in the JSON form of an outcome. */
  toJSON(): Record<string, unknown> {
    const { kind, code, description, httpStatus, effect } = this
    return { kind, code, description, http_status: httpStatus, effect }
  }
}

/** The record does not exist. */
export class NotFoundError extends B24Error<KindOf<'NotFoundError'>> {}
/** The request itself is wrong. */
export class InvalidRequestError extends B24Error<KindOf<'InvalidRequestError'>> {}
/** The acting user or application may not do this. */
export class AccessDeniedError extends B24Error<KindOf<'AccessDeniedError'>> {}
/** The portal does not accept the credentials. */
export class AuthError extends B24Error<KindOf<'AuthError'>> {}
/** A limit of the portal. */
export class LimitError extends B24Error<KindOf<'LimitError'>> {}
/** A fault inside the portal. */
export class PortalError extends B24Error<KindOf<'PortalError'>> {}
/** The request or its answer was lost or damaged on the way. */
export class TransportError extends B24Error<KindOf<'TransportError'>> {}
/** The operation may have been executed, and this could not be settled. */
export class OutcomeUnknownError extends B24Error<KindOf<'OutcomeUnknownError'>> {}
/** A fault on this side: configuration, cancellation (its `name` is `AbortError`), a fault of this library. */
export class LocalError extends B24Error<KindOf<'LocalError'>> {}

const CLASSES: { [Name in FamilyName]: new (fields: ErrorFields, options?: ErrorOptions) => B24Error } = {
  NotFoundError,
  InvalidRequestError,
  AccessDeniedError,
  AuthError,
  LimitError,
  PortalError,
  TransportError,
  OutcomeUnknownError,
  LocalError,
}

for (const [name, { prototype }] of Object.entries(CLASSES)) {
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true })
}

/**
 * The error with these fields, whose stack begins where the user called. `cause` replaces the causes in the fields.
 * @internal
 */
export function errorFrom(fields: ErrorFields, site: CallSite, cause?: ErrorOptions): B24Error {
  const options = cause ?? chained(fields, site)
  const error = withoutStack(() => new CLASSES[FAMILIES[fields.kind]](fields, options))
  if (fields.kind === 'cancelled') hidden(error, 'name', 'AbortError')
  hidden(error, 'stack', site.stack(`${error.name}: ${error.message}`))
  return error
}

/**
 * The value of a reply.
 * @internal
 */
export function unwrap<T>(reply: Reply<T>, site: CallSite): T {
  if (isFailure(reply)) throw errorFrom(reply.failure, site)
  return reply
}

/** @internal */
export function isFailure<T>(reply: Reply<T>): reply is Failure {
  return typeof reply === 'object' && reply !== null && 'failure' in reply
}

function chained({ causes }: ErrorFields, site: CallSite): ErrorOptions | undefined {
  return causes.reduceRight<ErrorOptions | undefined>((options, { message, error }) => {
    const cause = error
      ? errorFrom(error, site, options ?? {})
      : withoutStack(() => new Error(message, options))
    return { cause }
  }, undefined)
}

/** Makes an error without the stack of this moment, which would be thrown away. */
function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

function hidden(error: Error, name: string, value: string): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true, enumerable: false })
}
