import type { CallSite } from './call-site'
import type { RestoreSummary } from './job-views'
import type { JobRunFields, PlanFields } from './native'
import { type Check, COUNT, checked, FAILURES, FUNCTION, SIGNAL } from './options'
import type { Summary } from './outcome'

/** What a job is to do, beyond its operations. */
export interface PlanOptions {
  /**
   * Ends the planning with a {@link LocalError} whose `name` is `AbortError` and whose `cause` is the signal's reason. No
   * file is left.
   */
  readonly signal?: AbortSignal | undefined
  /** Looks at every record: title, owner, bindings, activities. This takes several requests for 50 records. Default: false. */
  readonly look?: boolean | undefined
  /**
   * Keeps a copy of every record and its bindings before it is deleted, for {@link Job.restore}; a record that cannot be
   * copied stays. Default: false.
   */
  readonly backup?: boolean | undefined
  /** Spares records that were modified since the plan: their outcome is `failed`, of kind `changed`. Default: false. */
  readonly ifUnchanged?: boolean | undefined
  /** Refuses to plan unless there are exactly so many different operations. Default: any number. */
  readonly expect?: number | undefined
  /** Stops a run when more operations fail or stay unknown: a count, or a share such as `5%`. Default: never. */
  readonly maxFailures?: number | `${number}%` | undefined
  /** Stops a run when this many first answers are all `absent`: most likely the wrong portal. Default: 100. */
  readonly stopIfFirstAbsent?: number | undefined
}

/** How a job is run. */
export interface JobRunOptions {
  /** Cancels the run, as {@link JobRun.cancel} does. */
  readonly signal?: AbortSignal | undefined
  /** Told the account of the run whenever outcomes have come. What it throws ends the run and reaches its reader. */
  readonly onProgress?: ((summary: Summary) => void) | undefined
  /** Refuses to run unless the job has exactly so many operations. */
  readonly expect?: number | undefined
  /** Instead of what the plan says: stops the run when more operations fail or stay unknown. */
  readonly maxFailures?: number | `${number}%` | undefined
  /** Goes on even when the first answers are all `absent`. Default: false. */
  readonly allowAbsent?: boolean | undefined
}

/** How a restore is done. */
export interface RestoreOptions {
  /** Ends the restore after the record at hand: its account is `cancelled`. It can go on later. */
  readonly signal?: AbortSignal | undefined
  /** Told the account after every step. What it throws ends the restore and reaches its caller. */
  readonly onProgress?: ((summary: RestoreSummary) => void) | undefined
}

const FLAG: Check = [(value) => typeof value === 'boolean', '`true` or `false` is needed']
const EXPECTED: Check = [
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  'a whole number from 0 is needed',
]

const FOLLOWING = { signal: SIGNAL, onProgress: FUNCTION }
const PLAN = {
  signal: SIGNAL,
  look: FLAG,
  backup: FLAG,
  ifUnchanged: FLAG,
  expect: EXPECTED,
  maxFailures: FAILURES,
  stopIfFirstAbsent: COUNT,
}
const RUN = { ...FOLLOWING, expect: EXPECTED, maxFailures: FAILURES, allowAbsent: FLAG }

/** The signal of a plan, and its options as the native module takes them. */
export function planOptions(options: unknown, site: CallSite): [AbortSignal | undefined, PlanFields] {
  const given = checked<PlanOptions>(options, PLAN, 'the options of a plan', 'invalid_argument', site)
  const { signal, ...fields } = given
  return [signal, withText(fields)]
}

/** The options of a run of a job, checked, and those of them that the native module takes. */
export function jobRunOptions(options: unknown, site: CallSite): [JobRunOptions, JobRunFields] {
  const given = checked<JobRunOptions>(options, RUN, 'the options of a run', 'invalid_argument', site)
  const { signal: _signal, onProgress: _onProgress, ...fields } = given
  return [given, withText(fields)]
}

/** The options of a restore, checked. */
export function restoreOptions(options: unknown, site: CallSite): RestoreOptions {
  return checked<RestoreOptions>(options, FOLLOWING, 'the options of a restore', 'invalid_argument', site)
}

/** `maxFailures` is a text for the native module. Nothing in `fields` is undefined. */
function withText<Fields extends { readonly maxFailures?: number | string | undefined }>(
  fields: Fields,
): { [Name in Exclude<keyof Fields, 'maxFailures'>]: Exclude<Fields[Name], undefined> } & {
  maxFailures?: string
} {
  const { maxFailures } = fields
  return { ...fields, ...(maxFailures !== undefined && { maxFailures: String(maxFailures) }) } as never
}
