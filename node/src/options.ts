import type { CallSite } from './call-site'
import { type B24Error, type ErrorKind, errorFrom } from './errors'
import type { ClientEvent } from './events'
import { listener } from './events'
import { native, type OAuthFields, type OptionFields, type RunFields } from './native'
import type { Summary } from './outcome'
import { storeFunctions, type TokenStore } from './token-store'

/** How a client behaves, whatever names its portal. */
export interface ClientSettings {
  /**
   * The portal's limit on requests: `standard` (50 at once, then 2 per second), `enterprise` (250 and 5), `off`, or
   * `X/Y`. Default: `standard`.
   */
  readonly limits?: string
  /** The portal's limit on execution time: `S/W`, S seconds of work within W seconds, or `off`. Default: `480/600`. */
  readonly operating?: string
  /** Seconds to wait for the answer to a request, up to 3600. Default: 150; a contact can take the portal 100. */
  readonly requestTimeout?: number
  /** Seconds to wait for a connection, up to 3600. Default: 10. */
  readonly connectTimeout?: number
  /** Seconds for which a lost request may still be at work on the portal, up to a day. Default: 300. */
  readonly settleTime?: number
  /** Requests at a time within one run, 1 to 64. Counts only with both limits off. Default: 1. */
  readonly concurrency?: number
  /** Which methods delete leads and contacts: `crm.lead.delete` and its like, or `crm.item.delete`. */
  readonly api?: 'classic' | 'item'
  /** Told of waits, requests and repeats, for logs and progress. What it throws becomes a warning of the process. */
  readonly onEvent?: (event: ClientEvent) => void
}

/** Which portal a client deletes on, and how it behaves there. */
export interface ClientOptions extends ClientSettings {
  /** URL of an inbound webhook, `https://HOST/rest/USER_ID/CODE/`. It holds a secret. */
  readonly webhook?: string
  /** Authorization as an application, in place of a webhook. */
  readonly oauth?: OAuthOptions
}

/** An application's authorization on a portal by OAuth 2.0. */
export interface OAuthOptions {
  /** REST root of the portal, `https://HOST/rest/`. */
  readonly rest: string
  /** The application's id. */
  readonly clientId: string
  /** The application's key. */
  readonly clientSecret: string
  /** An access token to begin with. Not needed where there is a refresh token. */
  readonly accessToken?: string
  /** A refresh token to begin with. It is good for one renewal: without a store the login ends with the process. */
  readonly refreshToken?: string
  /** Where requests for tokens go. Default: the cloud's. */
  readonly tokenEndpoint?: string
  /** Hosts to which the authorization server may move the portal or itself. Default: the cloud's two servers. */
  readonly allowedHosts?: readonly string[]
  /** How tokens are asked for; `get` puts secrets into the query. Default: `post`. */
  readonly tokenRequest?: 'post' | 'get'
  /** Your own place for tokens. */
  readonly store?: TokenStore
  /** A file to keep tokens in, readable by its owner only; processes on one machine can share it. */
  readonly tokenFile?: string
}

/** How a single call behaves. */
export interface CallOptions {
  /**
   * Ends the call at once with a {@link LocalError} whose `name` is `AbortError`, whose `effect` tells what may have
   * happened and whose `cause` is the signal's reason. A request on the wire is seen through.
   */
  readonly signal?: AbortSignal | undefined
  /** Seconds that bound the call with all its waits. Default: no bound beyond the request timeout. */
  readonly deadline?: number | undefined
}

/** How a run behaves. */
export interface RunOptions {
  /** Cancels the run, as {@link Run.cancel} does. */
  readonly signal?: AbortSignal | undefined
  /** Told the account of the run whenever outcomes have come. What it throws ends the run and reaches its reader. */
  readonly onProgress?: ((summary: Summary) => void) | undefined
  /** Stops the run when more operations fail or stay unknown: a count, or a share such as `5%`. Default: never. */
  readonly maxFailures?: number | `${number}%` | undefined
  /** Stops the run when this many first answers are all `absent`: most likely the wrong portal. Default: never. */
  readonly stopIfFirstAbsent?: number | undefined
}

export type Check = readonly [isAllowed: (value: unknown) => boolean, allowed: string]

const TEXT: Check = [(value) => typeof value === 'string', 'a string is needed']
const NUMBER: Check = [(value) => typeof value === 'number', 'a number is needed']
export const FUNCTION: Check = [(value) => typeof value === 'function', 'a function is needed']
const OBJECT: Check = [(value) => typeof value === 'object' && value !== null, 'an object is needed']
const TEXTS: Check = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'a list of strings is needed',
]
export const SIGNAL: Check = [(value) => value instanceof AbortSignal, 'an AbortSignal is needed']
export const COUNT: Check = [
  (value) => typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 32,
  'a whole number from 1 is needed',
]
export const FAILURES: Check = [
  (value) => typeof value === 'string' || typeof value === 'number',
  'a count such as 10, or a share such as `5%`, is needed',
]

const SETTINGS = {
  limits: TEXT,
  operating: TEXT,
  requestTimeout: NUMBER,
  connectTimeout: NUMBER,
  settleTime: NUMBER,
  concurrency: NUMBER,
  api: TEXT,
  onEvent: FUNCTION,
}
const CLIENT = { webhook: TEXT, oauth: OBJECT, ...SETTINGS }
const OAUTH = {
  rest: TEXT,
  clientId: TEXT,
  clientSecret: TEXT,
  accessToken: TEXT,
  refreshToken: TEXT,
  tokenEndpoint: TEXT,
  allowedHosts: TEXTS,
  tokenRequest: TEXT,
  store: OBJECT,
  tokenFile: TEXT,
}
const CLIENT_NAME = 'the options of a client'
const STORE = { load: FUNCTION, save: FUNCTION, lock: FUNCTION }
const CALL = { signal: SIGNAL, deadline: NUMBER }
const RUN = { signal: SIGNAL, onProgress: FUNCTION, maxFailures: FAILURES, stopIfFirstAbsent: COUNT }

/** The options of a client as the native module takes them. */
export function clientFields(options: unknown, site: CallSite): OptionFields {
  const { oauth, ...rest } = checked<ClientOptions>(options, CLIENT, CLIENT_NAME, 'config', site)
  const fields = listening(rest, site)
  return oauth === undefined ? fields : { ...fields, oauth: oauthFields(oauth, site) }
}

/** As `clientFields`, for a client whose portal is named elsewhere. */
export function settingFields(options: unknown, site: CallSite): OptionFields {
  return listening(checked<ClientSettings>(options, SETTINGS, CLIENT_NAME, 'config', site), site)
}

function listening({ onEvent, ...fields }: ClientSettings, site: CallSite): OptionFields {
  return onEvent === undefined ? fields : { ...fields, onEvent: listener(onEvent, site) }
}

function oauthFields(options: unknown, site: CallSite): OAuthFields {
  const oauth = checked<OAuthOptions>(options, OAUTH, '`oauth`', 'config', site)
  const { store, allowedHosts, ...rest } = oauth
  for (const name of ['rest', 'clientId', 'clientSecret'] as const) {
    if (rest[name] === undefined) throw refused('config', `\`oauth\` needs \`${name}\``, site)
  }
  const fields: OAuthFields = rest
  if (allowedHosts !== undefined) fields.allowedHosts = [...allowedHosts]
  if (store !== undefined) {
    // Methods of a class are not its own fields, and so each is looked at by its name.
    const { load, save, lock } = store
    checked({ load, save, lock }, STORE, '`store`', 'config', site)
    if (!load || !save) throw refused('config', '`store` needs the functions `load` and `save`', site)
    fields.store = storeFunctions(store)
  }
  return fields
}

/** The options of a single call, checked. */
export function callOptions(options: unknown, site: CallSite): CallOptions {
  return checked<CallOptions>(options, CALL, 'the options of a call', 'invalid_argument', site)
}

/** The options of a run, checked, and those of them that the native module takes. */
export function runOptions(options: unknown, site: CallSite): [RunOptions, RunFields] {
  const checkedOptions = checked<RunOptions>(options, RUN, 'the options of a run', 'invalid_argument', site)
  const { maxFailures, stopIfFirstAbsent } = checkedOptions
  const fields: RunFields = {}
  if (maxFailures !== undefined) fields.maxFailures = String(maxFailures)
  if (stopIfFirstAbsent !== undefined) fields.stopIfFirstAbsent = stopIfFirstAbsent
  return [checkedOptions, fields]
}

/** A copy of `options` without what is undefined. Errors name the option, never its value, which may be a secret. */
export function checked<Options>(
  options: unknown,
  checks: Readonly<Record<string, Check>>,
  what: string,
  kind: ErrorKind,
  site: CallSite,
): Options {
  if (typeof options !== 'object' || options === null) {
    throw refused(kind, `${what} must be an object`, site)
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined) {
      const known = Object.keys(checks).map((key) => `\`${key}\``)
      throw refused(kind, `\`${name}\` is not among ${what}: ${known.join(', ')}`, site)
    }
    const [isAllowed, allowed] = check
    if (!isAllowed(value))
      throw refused(kind, `\`${name}\` has a value that is not allowed: ${allowed}`, site)
  }
  return Object.fromEntries(given) as Options
}

/** An error of this side. */
export function refused(kind: ErrorKind, text: string, site: CallSite): B24Error {
  return errorFrom(native.notSent(kind, text), site)
}
