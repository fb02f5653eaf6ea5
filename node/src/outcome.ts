import type { CallSite } from './call-site'
import { type B24Error, errorFrom } from './errors'
import type { Chunk, DeletionFields, SummaryFields } from './native'
import { METHODS, type Method } from './operation'

/**
 * The verdict on an operation: gone, nothing to delete, refused for good, could not be settled, or never sent in a way
 * that can have executed it.
 */
export type Status = 'deleted' | 'absent' | 'failed' | 'unknown' | 'not_run'

/** What a verdict rests on: the portal's answer to the delete, or a look at the portal after the answer was lost. */
export type ConfirmedBy = 'reply' | 'lookup'

/** The portal's account of the time a call took; what it does not tell is absent. Instants are by the portal's clock. */
export interface PortalTime {
  /** When the portal began, in Unix seconds. */
  readonly start?: number
  /** When the portal finished, in Unix seconds. */
  readonly finish?: number
  /** `finish` minus `start`. */
  readonly duration?: number
  /** Seconds of the method itself. */
  readonly processing?: number
  /** `start` as ISO 8601. */
  readonly dateStart?: string
  /** `finish` as ISO 8601. */
  readonly dateFinish?: string
  /** Seconds of this method's work in the last ten minutes. */
  readonly operating?: number
  /** When the oldest part of `operating` is forgotten, in Unix seconds. */
  readonly operatingResetAt?: number
}

/** The answer of a single call that found nothing wrong. */
export interface Deletion {
  /** `deleted`, or `absent` when the contact was not bound to the lead. */
  readonly status: 'deleted' | 'absent'
  /** What the status rests on. */
  readonly confirmedBy: ConfirmedBy
  /** How often the delete was sent in a way that could have executed it, at least 1. */
  readonly attempts: number
  /** The portal's account of the time it took, where the reply had one. */
  readonly time: PortalTime | null
}

/** Version of the JSON form of outcomes and summaries. */
const FORMAT_VERSION = 1

/** The final, single verdict of a run on one operation. `JSON.stringify` gives the line that the command line prints. */
export class Outcome {
  /** Place of the operation among those that the run pulled, from 0. */
  readonly seq: number
  /** The REST method of the operation. */
  readonly method: Method
  /** The lead of the operation. */
  readonly leadId: number | null
  /** The contact of the operation. */
  readonly contactId: number | null
  /** The verdict. */
  readonly status: Status
  /** What the verdict rests on; null for `unknown` and `not_run`. */
  readonly confirmedBy: ConfirmedBy | null
  /** How often the delete was sent in a way that could have executed it. */
  readonly attempts: number
  /** The reason of a refusal, of an absence that the portal reported, or of a doubt. Its stack leads to `deleteMany`. */
  readonly error: B24Error | null

  /** @internal */
  constructor(row: Float64Array, start: number, error: B24Error | null) {
    this.seq = row[start] as number
    this.method = METHODS[row[start + 1] as number] as Method
    this.leadId = row[start + 2] || null
    this.contactId = row[start + 3] || null
    this.status = STATUSES[row[start + 4] as number] as Status
    this.confirmedBy = CONFIRMED_BY[row[start + 5] as number] ?? null
    this.attempts = row[start + 6] as number
    this.error = error
  }

  /** The fields of the line of JSON. */
  toJSON(): Record<string, unknown> {
    return {
      v: FORMAT_VERSION,
      type: 'outcome',
      seq: this.seq,
      method: this.method,
      lead_id: this.leadId,
      contact_id: this.contactId,
      status: this.status,
      confirmed_by: this.confirmedBy,
      attempts: this.attempts,
      error: this.error,
    }
  }
}

const STATUSES: readonly Status[] = ['deleted', 'absent', 'failed', 'unknown', 'not_run']
const CONFIRMED_BY: readonly (ConfirmedBy | null)[] = [null, 'reply', 'lookup']
const NUMBERS_PER_OUTCOME = 7

/** The account of a run so far. `JSON.stringify` gives the line that the command line prints. */
export class Summary {
  /** Outcomes so far: the sum of `deleted`, `absent`, `failed`, `unknown` and `notRun`. */
  readonly total: number
  /** Deleted, by reply or by lookup. */
  readonly deleted: number
  /** Those of `deleted` that rest on a lookup. */
  readonly deletedByLookup: number
  /** Nothing to delete. */
  readonly absent: number
  /** Refused for good. */
  readonly failed: number
  /** Could not be settled. */
  readonly unknown: number
  /** Not carried out. */
  readonly notRun: number
  /** HTTP requests sent, with lookups and repeats. */
  readonly requests: number
  /** Seconds since the run began. */
  readonly seconds: number
  /**
   * What stopped the run before its end: `cancelled`, `max_failures`, `all_absent`, `source`, or the kind of the
   * portal's refusal.
   */
  readonly stoppedBy: string | null
  /** The error behind `stoppedBy`, where there is one. */
  readonly error: B24Error | null

  /** @internal */
  constructor(fields: SummaryFields, site: CallSite) {
    this.total = fields.total
    this.deleted = fields.deleted
    this.deletedByLookup = fields.deletedByLookup
    this.absent = fields.absent
    this.failed = fields.failed
    this.unknown = fields.unknown
    this.notRun = fields.notRun
    this.requests = fields.requests
    this.seconds = fields.seconds
    this.stoppedBy = fields.stoppedBy ?? null
    this.error = fields.error ? errorFrom(fields.error, site) : null
  }

  /** The fields of the line of JSON. */
  toJSON(): Record<string, unknown> {
    return {
      v: FORMAT_VERSION,
      type: 'summary',
      total: this.total,
      deleted: this.deleted,
      deleted_by_lookup: this.deletedByLookup,
      absent: this.absent,
      failed: this.failed,
      unknown: this.unknown,
      not_run: this.notRun,
      requests: this.requests,
      seconds: Math.round(this.seconds * 1000) / 1000,
      stopped_by: this.stoppedBy,
    }
  }
}

/** @internal */
export function outcomesOf(chunk: Chunk, site: CallSite): Outcome[] {
  const errors = new Map(chunk.errors.map(({ row, error }) => [row, errorFrom(error, site)]))
  const outcomes: Outcome[] = []
  for (let start = 0; start < chunk.rows.length; start += NUMBERS_PER_OUTCOME) {
    outcomes.push(new Outcome(chunk.rows, start, errors.get(outcomes.length) ?? null))
  }
  return outcomes
}

/** @internal */
export function deletionOf(fields: DeletionFields): Deletion {
  const { status, confirmedBy, attempts, time } = fields
  return { status, confirmedBy, attempts, time: time ?? null }
}
