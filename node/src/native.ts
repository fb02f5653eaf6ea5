import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorKind } from './error-kinds'
import type { Method } from './operation'
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

export interface PlanFields {
  look?: boolean
  backup?: boolean
  ifUnchanged?: boolean
  expect?: number
  maxFailures?: string
  stopIfFirstAbsent?: number
}

export interface JobRunFields {
  expect?: number
  maxFailures?: string
  allowAbsent?: boolean
}

/** Instants are milliseconds since 1970. */
export interface OverviewFields {
  readonly name: string
  readonly host: string
  readonly userId?: number
  readonly state: 'planned' | 'running' | 'finished' | 'aborted'
  readonly created: number
  readonly started?: number
  readonly finished?: number
  readonly forgotten?: number
  readonly backup: boolean
  readonly ifUnchanged: boolean
  readonly operations: number
  readonly methods: readonly { readonly method: Method; readonly operations: number }[]
  readonly duplicates: number
  readonly inDoubt: number
  readonly backups: number
  readonly runs: number
  readonly summary: SummaryFields
  readonly head: string
  readonly size: number
}

export interface PlanSummaryFields {
  readonly operations: number
  readonly duplicates: number
  readonly lookedAt: number
  readonly notVisible: number
  readonly bindings: number
  readonly leads: number
  readonly deals: number
  readonly activities: number
  readonly sharedActivities: number
}

export interface PlannedFields {
  readonly seq: number
  readonly method: Method
  readonly leadId?: number
  readonly contactId?: number
  readonly visible?: boolean
  readonly title?: string
  readonly owner?: number
  readonly created?: string
  readonly modified?: string
  readonly bindings?: number
  readonly activities?: number
  readonly sharedActivities?: number
  readonly deals?: number
}

export interface VerificationFields {
  readonly findings: readonly string[]
  readonly head: string
  readonly entries: number
  readonly keptHead?: number
}

export interface RestorePlanFields {
  readonly leads: number
  readonly contacts: number
  readonly unlinked: number
  readonly withoutCopy: number
}

export interface RestoreSummaryFields {
  readonly leads: number
  readonly contacts: number
  readonly bindings: number
  readonly present: number
  readonly earlier: number
  readonly failed: number
  readonly withoutCopy: number
  readonly cancelled: boolean
  readonly losses: readonly string[]
}

export interface RestoredFields {
  readonly what: 'lead' | 'contact' | 'binding'
  readonly leadId?: number
  readonly contactId?: number
  readonly status: 'restored' | 'failed' | 'unsettled'
  readonly newId?: number
  readonly error?: ErrorFields
}

export interface NativeCanceller {
  cancel(): void
}

export interface NativeOAuth {
  authorizeUrl(state: string): string
  logIn(code: string): Promise<Reply<null>>
  refresh(): Promise<Reply<null>>
}

/** Where operations are put that were asked for. */
export interface NativeFeed {
  feed(rows: Float64Array): Reply<boolean>
  end(): void
  fail(text: string): void
}

export interface NativeRun extends NativeFeed {
  leaveOut(rows: Float64Array): Reply<Chunk>
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

export interface NativePlan extends NativeFeed {
  make(): Promise<Reply<NativeJob>>
}

export interface NativeJobRun {
  readonly head: string
  next(): Promise<Reply<Chunk | null>>
  cancel(): void
  summary(): SummaryFields
}

export interface NativeOutcomes {
  next(): Promise<Reply<Chunk | null>>
}

export interface NativePlanned {
  next(): Promise<Reply<readonly PlannedFields[]>>
}

export interface NativeReport {
  next(): Promise<Reply<string | null>>
  close(): void
}

export interface NativeRestored {
  next(): Promise<Reply<readonly RestoredFields[]>>
}

export interface NativeJob {
  readonly path: string
  run(client: NativeClient, options: JobRunFields): Promise<Reply<NativeJobRun>>
  planned(): NativePlanned
  outcomes(): NativeOutcomes
  overview(): Promise<Reply<OverviewFields>>
  planSummary(): Promise<Reply<PlanSummaryFields>>
  verify(head: string | undefined): Promise<Reply<VerificationFields>>
  report(format: string): Promise<Reply<NativeReport>>
  restorePlan(): Promise<Reply<RestorePlanFields>>
  restore(
    client: NativeClient,
    canceller: NativeCanceller,
    told: ((summary: RestoreSummaryFields) => void) | undefined,
  ): Promise<Reply<RestoreSummaryFields>>
  restored(): NativeRestored
  forget(): Promise<Reply<null>>
}

/** The native module. It never throws: see `Failure`. */
export interface NativeModule {
  readonly NativeCanceller: new () => NativeCanceller
  openClient(options: OptionFields): Reply<NativeClient>
  openClientFromEnvironment(options: OptionFields): Reply<NativeClient>
  openClientFromProfile(name: string, options: OptionFields): Reply<NativeClient>
  openJob(path: string): Promise<Reply<NativeJob>>
  planJob(
    path: string,
    client: NativeClient,
    options: PlanFields,
    demand: (count: number) => void,
  ): Reply<NativePlan>
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
