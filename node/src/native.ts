import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorKind } from './error-kinds'
import { platformName } from './platform'

/** An error as the native module hands it over. */
export interface ErrorFields {
  readonly kind: ErrorKind
  readonly effect: 'not_sent' | 'rejected' | 'may_have_applied'
  readonly method?: string
  readonly code: string
  readonly description: string
  readonly httpStatus?: number
  readonly attempts: number
  readonly message: string
  readonly causes: readonly { readonly message: string; readonly error?: ErrorFields }[]
}

/** What stands in place of a value when something went wrong. */
export interface Failure {
  readonly failure: ErrorFields
}

export type Reply<T> = T | Failure

export interface TimeFields {
  readonly start?: number
  readonly finish?: number
  readonly duration?: number
  readonly processing?: number
  readonly dateStart?: string
  readonly dateFinish?: string
  readonly operating?: number
  readonly operatingResetAt?: number
}

export interface DeletionFields {
  readonly status: 'deleted' | 'absent'
  readonly confirmedBy: 'reply' | 'lookup'
  readonly attempts: number
  readonly time?: TimeFields
}

export interface SummaryFields {
  readonly total: number
  readonly deleted: number
  readonly deletedByLookup: number
  readonly absent: number
  readonly failed: number
  readonly unknown: number
  readonly notRun: number
  readonly requests: number
  readonly seconds: number
  readonly stoppedBy?: string
  readonly error?: ErrorFields
}

/** Outcomes: rows of seven numbers (seq, code, lead, contact, status, confirmed by, attempts) and errors of some. */
export interface Chunk {
  readonly rows: Float64Array
  readonly errors: readonly { readonly row: number; readonly error: ErrorFields }[]
}

export interface EventFields {
  readonly type: 'waiting' | 'sending' | 'retrying'
  readonly reason?: string
  readonly seconds?: number
  readonly method?: string
  readonly operations?: number
  readonly lookup?: boolean
  readonly error?: ErrorFields
}

export interface StoreReply {
  readonly tokens?: string
  readonly error?: string
}

export interface StoreFunctions {
  load(): Promise<StoreReply>
  save(tokens: string): Promise<StoreReply>
  lock(): Promise<StoreReply>
  unlock(): void
}

export interface OAuthFields {
  rest: string
  clientId: string
  clientSecret: string
  accessToken?: string
  refreshToken?: string
  tokenEndpoint?: string
  allowedHosts?: string[]
  tokenRequest?: string
  tokenFile?: string
  store?: StoreFunctions
}

export interface OptionFields {
  webhook?: string
  oauth?: OAuthFields
  limits?: string
  operating?: string
  requestTimeout?: number
  connectTimeout?: number
  settleTime?: number
  concurrency?: number
  api?: string
  onEvent?: (event: EventFields) => void
}

export interface RunFields {
  maxFailures?: string
  stopIfFirstAbsent?: number
}

export interface NativeCanceller {
  cancel(): void
}

export interface NativeOAuth {
  authorizeUrl(state: string): string
  logIn(code: string): Promise<Reply<null>>
  refresh(): Promise<Reply<null>>
}

export interface NativeRun {
  feed(rows: Float64Array): Reply<boolean>
  end(): void
  leaveOut(rows: Float64Array): Reply<Chunk>
  fail(text: string): void
  next(): Promise<Reply<Chunk | null>>
  cancel(): void
  summary(): SummaryFields
}

export interface NativeClient {
  readonly host: string
  readonly userId: number | null
  readonly oauth: NativeOAuth | null
  delete(
    operation: readonly [code: number, leadId: number, contactId: number],
    deadline: number | undefined,
    canceller: NativeCanceller | undefined,
  ): Promise<Reply<DeletionFields>>
  deleteMany(options: RunFields, demand: (count: number) => void): Reply<NativeRun>
  describe(): string
}

/** The native module. It never throws: see `Failure`. */
export interface NativeModule {
  readonly NativeCanceller: new () => NativeCanceller
  openClient(options: OptionFields): Reply<NativeClient>
  openClientFromEnvironment(options: OptionFields): Reply<NativeClient>
  openClientFromProfile(name: string, options: OptionFields): Reply<NativeClient>
  invalidId(isLead: boolean, value: string): ErrorFields
  notSent(kind: ErrorKind, text: string): ErrorFields
  runCommand(args: string[]): number
}

function load(): NativeModule {
  // A module that was built here comes before an installed one.
  const built = join(__dirname, '..', 'native', 'b24delete.node')
  if (existsSync(built)) return require(built)
  const platform = platformName()
  try {
    return require(`@b24delete/${platform}`)
  } catch (cause) {
    throw new Error(notFound(platform), { cause })
  }
}

function notFound(platform: string): string {
  const text = readFileSync(join(__dirname, '..', 'package.json'), 'utf8')
  const packages = Object.keys(JSON.parse(text).optionalDependencies ?? {})
  const wanted = `@b24delete/${platform}`
  const there = packages.map((name) => name.replace('@b24delete/', '')).join(', ') || 'none'
  return packages.includes(wanted)
    ? `b24delete needs the package \`${wanted}\`, which is not installed or cannot be loaded\n` +
        'hint: install without `--omit=optional`, and on the platform where the program runs'
    : `b24delete has no native module for this platform, \`${platform}\`; those that exist: ${there}\n` +
        'hint: with Rust installed it can be built from source: see the README'
}

export const native: NativeModule = load()
