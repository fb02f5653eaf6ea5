import type { CallSite } from './call-site'
import { type B24Error, errorFrom } from './errors'
import type { OverviewFields, PlannedFields, RestoredFields, VerificationFields } from './native'
import type { Method } from './operation'
import { Summary } from './outcome'

/**
 * How far a job is: nothing was sent yet; a run has begun and left something to do; every operation has an outcome; a
 * stop rule or a refusal of the portal ended the last run.
 */
export type State = 'planned' | 'running' | 'finished' | 'aborted'

/** What a job is and how far it is. */
export interface Overview {
  /** Random name of the job, which restored records carry. */
  readonly name: string
  /** Host of the portal. */
  readonly host: string
  /** The user in whose name it was planned. */
  readonly userId: number | null
  /** How far it is. */
  readonly state: State
  /** When it was planned. */
  readonly created: Date
  /** When its first run began. */
  readonly started: Date | null
  /** When its last operation got an outcome. */
  readonly finished: Date | null
  /** When titles and copies were removed. */
  readonly forgotten: Date | null
  /** Whether records are copied before they go. */
  readonly backup: boolean
  /** Whether records that were modified since the plan are spared. */
  readonly ifUnchanged: boolean
  /** Different operations. */
  readonly operations: number
  /** How many of them go through each REST method, those that occur. */
  readonly methods: Readonly<Partial<Record<Method, number>>>
  /** Operations that were given more than once and left out. */
  readonly duplicates: number
  /** Operations that an earlier process may have sent and whose outcome is not known yet. */
  readonly inDoubt: number
  /** Copies of records that it holds. */
  readonly backups: number
  /** How often it was run. */
  readonly runs: number
  /** The last outcomes of all operations that have one; `stoppedBy` and `seconds` are not told here. */
  readonly summary: Summary
  /** Head of the hash chain, 64 hexadecimal digits. While the job runs it changes with every pack. */
  readonly head: string
  /** Bytes of the file. */
  readonly size: number
}

/** What a plan found, in sums. */
export interface PlanSummary {
  /** Different operations. */
  readonly operations: number
  /** Operations that were given more than once and left out. */
  readonly duplicates: number
  /** Operations whose records were looked at. */
  readonly lookedAt: number
  /** Those of them whose record is not there or hidden from the user: the portal does not tell which. */
  readonly notVisible: number
  /** Bindings of leads that would go. */
  readonly bindings: number
  /** Links between the contacts and leads that would go. */
  readonly leads: number
  /** Deals that use the contacts. */
  readonly deals: number
  /** Activities that would go. */
  readonly activities: number
  /** Activities that would only lose a link. */
  readonly sharedActivities: number
}

/**
 * One operation of a plan, with what was found about its record. What is null is not known: the plan did not look, or the
 * portal did not tell.
 */
export interface Planned {
  /** Its place among the operations, from 0. */
  readonly seq: number
  /** The REST method that is going to be called. */
  readonly method: Method
  /** The lead, where there is one. */
  readonly leadId: number | null
  /** The contact, where there is one. */
  readonly contactId: number | null
  /** False when the record is not there or hidden from the user: the portal does not tell which. */
  readonly visible: boolean | null
  /** Title of a lead, name of a contact, as the portal has it: made harmless by nobody. */
  readonly title: string | null
  /** The user who is responsible for the record. */
  readonly owner: number | null
  /** When it was made, as the portal wrote it. */
  readonly created: string | null
  /** When it was last changed, as the portal wrote it. */
  readonly modified: string | null
  /** Bindings between leads and contacts that would go. */
  readonly bindings: number | null
  /** Activities that would go. */
  readonly activities: number | null
  /** Activities that would only lose a link. */
  readonly sharedActivities: number | null
  /** Deals that use a contact. */
  readonly deals: number | null
}

/**
 * What a check of a job found: whether plan and record fit together as they were written. Whoever can write the file can
 * also write it anew; only a head that was kept elsewhere shows that.
 */
export interface Verification {
  /** What does not fit, in sentences; empty when everything does. */
  readonly findings: readonly string[]
  /** Head of the hash chain, 64 hexadecimal digits. */
  readonly head: string
  /** How many recorded outcomes were checked, with those that later runs replaced. */
  readonly entries: number
  /** After which run the head stands that was kept elsewhere: 0 for the plan, 1 for the first run; null if nowhere. */
  readonly keptHead: number | null
}

/** The forms of a report: for people without single outcomes, a line for each operation, JSON lines, or one page. */
export type ReportFormat = 'text' | 'csv' | 'jsonl' | 'html'

/** What a job can restore. */
export interface RestorePlan {
  /** Leads that were deleted, or may have been, and have a copy. */
  readonly leads: number
  /** Contacts, likewise. */
  readonly contacts: number
  /** Operations that took bindings off leads, likewise. */
  readonly unlinked: number
  /** Operations that deleted something of which there is no copy. */
  readonly withoutCopy: number
}

/** The account of one restore. */
export interface RestoreSummary {
  /** Leads that were created anew. */
  readonly leads: number
  /** Contacts that were created anew. */
  readonly contacts: number
  /** Bindings between leads and contacts that are as they were again. */
  readonly bindings: number
  /** Records that are still there, or there again under their old id. */
  readonly present: number
  /** Records and bindings that an earlier restore took care of. */
  readonly earlier: number
  /** Records and bindings that could not be restored. */
  readonly failed: number
  /** Operations that deleted something of which there is no copy. */
  readonly withoutCopy: number
  /** True when it was cancelled before its end. */
  readonly cancelled: boolean
  /** What does not return with the records that were created anew, in sentences. */
  readonly losses: readonly string[]
}

/** What restores did about one record or binding. */
export interface Restored {
  /** What it is. */
  readonly what: 'lead' | 'contact' | 'binding'
  /** The lead, by its old id. */
  readonly leadId: number | null
  /** The contact, by its old id. */
  readonly contactId: number | null
  /** It is there again; it is not, and the next restore tries again; or the next restore has to look. */
  readonly status: 'restored' | 'failed' | 'unsettled'
  /** The record's id now; the same as before when it is still there. */
  readonly newId: number | null
  /** Why it could not be restored. */
  readonly error: B24Error | null
}

/** @internal */
export function overviewOf(fields: OverviewFields, site: CallSite): Overview {
  const { started, finished, forgotten } = fields
  return {
    ...fields,
    userId: fields.userId ?? null,
    created: new Date(fields.created),
    started: started === undefined ? null : new Date(started),
    finished: finished === undefined ? null : new Date(finished),
    forgotten: forgotten === undefined ? null : new Date(forgotten),
    methods: Object.fromEntries(fields.methods.map(({ method, operations }) => [method, operations])),
    summary: new Summary(fields.summary, site),
  }
}

/** @internal */
export function plannedOf(fields: PlannedFields): Planned {
  return {
    seq: fields.seq,
    method: fields.method,
    leadId: fields.leadId ?? null,
    contactId: fields.contactId ?? null,
    visible: fields.visible ?? null,
    title: fields.title ?? null,
    owner: fields.owner ?? null,
    created: fields.created ?? null,
    modified: fields.modified ?? null,
    bindings: fields.bindings ?? null,
    activities: fields.activities ?? null,
    sharedActivities: fields.sharedActivities ?? null,
    deals: fields.deals ?? null,
  }
}

/** @internal */
export function verificationOf(fields: VerificationFields): Verification {
  return { ...fields, keptHead: fields.keptHead ?? null }
}

/** @internal */
export function restoredOf(fields: RestoredFields, site: CallSite): Restored {
  const { what, leadId, contactId, status, newId, error } = fields
  return {
    what,
    leadId: leadId ?? null,
    contactId: contactId ?? null,
    status,
    newId: newId ?? null,
    error: error ? errorFrom(error, site) : null,
  }
}
