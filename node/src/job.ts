import { onAbort } from './abort'
import { CallSite } from './call-site'
import { Client, nativeOf } from './client'
import { errorFrom, isFailure, unwrap } from './errors'
import { checkedIterable, Feeder } from './feeder'
import { shown } from './ids'
import {
  type JobRunOptions,
  jobRunOptions,
  type PlanOptions,
  planOptions,
  type RestoreOptions,
  restoreOptions,
} from './job-options'
import { JobRun } from './job-run'
import {
  type Overview,
  overviewOf,
  type Planned,
  type PlanSummary,
  plannedOf,
  type ReportFormat,
  type Restored,
  type RestorePlan,
  type RestoreSummary,
  restoredOf,
  type Verification,
  verificationOf,
} from './job-views'
import { type NativeClient, type NativeJob, native } from './native'
import type { Operation } from './operation'
import { refused } from './options'
import { type Outcome, outcomesOf } from './outcome'

/**
 * Operations in a file that is plan, journal, backup and record. What is about to be sent stands in it before it is sent:
 * after a crash at any instant the next run settles every operation.
 *
 * Reading a job does not disturb a process that runs it.
 *
 * ```js
 * import { Client, Job, Operation } from 'b24delete'
 *
 * const client = Client.fromEnv()
 * const operations = [1, 2, 3].map(Operation.lead)
 * const job = await Job.plan('cleanup.b24job', client, operations, { backup: true, expect: 3 })
 * for await (const outcome of job.run(client)) {
 *   console.log(outcome.leadId, outcome.status)
 * }
 * const { state, summary } = await job.overview()
 * console.log(state, summary.deleted)
 * // prints: 1 deleted
 * // prints: 2 deleted
 * // prints: 3 deleted
 * // prints: finished 3
 * ```
 */
export class Job {
  readonly #native: NativeJob

  private constructor(native: NativeJob) {
    this.#native = native
  }

  /**
   * Plans a job: makes its file, which must not exist yet. Operations that are given more than once are carried out once.
   * Nothing is deleted yet. A plan that is not completed leaves no file.
   * @throws {LocalError} of kind `job` when the file cannot be made or `expect` is not met; any other
   * {@link B24Error} when `look` or `ifUnchanged` read from the portal; what the iterable throws, unchanged.
   */
  static async plan(
    path: string,
    client: Client,
    operations: Iterable<Operation> | AsyncIterable<Operation>,
    options: PlanOptions = {},
  ): Promise<Job> {
    const site = new CallSite(Job.plan)
    const [signal, fields] = planOptions(options, site)
    const isAsync = checkedIterable('Job.plan', operations, site)
    const [place, portal] = [checkedPath(path, site), checkedClient(client, site)]
    const demand = (count: number) => feeder.demand(count)
    const plan = unwrap(native.planJob(place, portal, fields, demand), site)
    const feeder = new Feeder(plan, operations, isAsync, site)
    feeder.start()
    const settled = onAbort(signal, () => plan.fail('it was cancelled'))
    const reply = await plan.make()
    settled()
    await feeder.close()
    if (!isFailure(reply)) return new Job(reply)
    if (feeder.thrown) throw feeder.thrown.error
    if (!signal?.aborted) throw errorFrom(reply.failure, site)
    throw errorFrom(native.notSent('cancelled', 'the planning was cancelled'), site, { cause: signal.reason })
  }

  /**
   * A job that was planned before.
   * @throws {LocalError} of kind `job` when the file is missing, of another program, damaged or of a newer version.
   */
  static async open(path: string): Promise<Job> {
    const site = new CallSite(Job.open)
    return new Job(unwrap(await native.openJob(checkedPath(path, site)), site))
  }

  /** The file. */
  get path(): string {
    return this.#native.path
  }

  /**
   * Starts the job, or goes on where it stopped: `deleted`, `absent` and `failed` stand, everything else is carried out, and
   * what an earlier process may have sent is looked up first. It begins when the run is first read.
   *
   * The reader gets a {@link LocalError} of kind `job`, before anything is sent, when the file cannot be used, another
   * process runs it, it was planned for another portal, or `expect` is not met.
   * @throws {InvalidRequestError} at once when an argument is not allowed.
   */
  run(client: Client, options: JobRunOptions = {}): JobRun {
    const site = new CallSite(Job.prototype.run)
    const [checked, fields] = jobRunOptions(options, site)
    const portal = checkedClient(client, site)
    return new JobRun(async () => unwrap(await this.#native.run(portal, fields), site), checked, site)
  }

  /**
   * The last outcome of every operation that has one, in the order of the operations.
   *
   * ```js
   * import { Client, Job, Operation } from 'b24delete'
   *
   * const client = Client.fromEnv()
   * const job = await Job.plan('contacts.b24job', client, [Operation.contact(1), Operation.contact(77)])
   * await job.run(client).finish()
   * for await (const { contactId, status } of job.outcomes()) console.log(contactId, status)
   * // prints: 1 deleted
   * // prints: 77 absent
   * ```
   *
   * The iterator throws a {@link LocalError} of kind `job` when the file cannot be read; so do the other methods.
   */
  outcomes(): AsyncGenerator<Outcome, void, undefined> {
    return this.#outcomes(new CallSite(Job.prototype.outcomes))
  }

  /**
   * Every operation in its order, with what a plan that looked found about its record.
   *
   * ```js
   * import { Client, Job, Operation } from 'b24delete'
   *
   * const client = Client.fromEnv()
   * const job = await Job.plan('planned.b24job', client, [1, 999].map(Operation.lead), { look: true })
   * for await (const { leadId, visible, bindings } of job.planned()) console.log(leadId, visible, bindings)
   * // prints: 1 true 1
   * // prints: 999 false null
   * ```
   */
  planned(): AsyncGenerator<Planned, void, undefined> {
    return this.#planned(new CallSite(Job.prototype.planned))
  }

  /** What it is and how far it is. */
  async overview(): Promise<Overview> {
    const site = new CallSite(Job.prototype.overview)
    return overviewOf(unwrap(await this.#native.overview(), site), site)
  }

  /** What the plan found, in sums. */
  async planSummary(): Promise<PlanSummary> {
    const site = new CallSite(Job.prototype.planSummary)
    return unwrap(await this.#native.planSummary(), site)
  }

  /**
   * Checks the plan and the record against their hash chain, and against a head that was kept elsewhere.
   * @throws {InvalidRequestError} when `head` is not 64 hexadecimal digits.
   */
  async verify(head?: string): Promise<Verification> {
    const site = new CallSite(Job.prototype.verify)
    if (head !== undefined && typeof head !== 'string') {
      throw refused('invalid_argument', 'the head of a job must be a string', site)
    }
    return verificationOf(unwrap(await this.#native.verify(head), site))
  }

  /** The account of the job as it is now, also while it runs, as one text. Texts of the portal in it are harmless. */
  async report(format: ReportFormat): Promise<string> {
    let text = ''
    for await (const part of this.#report(format, new CallSite(Job.prototype.report))) text += part
    return text
  }

  /**
   * As {@link report}, part by part: that of a million operations need not fit into memory.
   *
   * ```js
   * import { createWriteStream } from 'node:fs'
   * import { readFile } from 'node:fs/promises'
   * import { pipeline } from 'node:stream/promises'
   * import { Client, Job, Operation } from 'b24delete'
   *
   * const client = Client.fromEnv()
   * const job = await Job.plan('report.b24job', client, [Operation.lead(1)])
   * await job.run(client).finish()
   * await pipeline(job.reportParts('csv'), createWriteStream('report.csv'))
   * console.log((await readFile('report.csv', 'utf8')).split('\n').length)
   * // prints: 3
   * ```
   */
  reportParts(format: ReportFormat): AsyncGenerator<string, void, undefined> {
    return this.#report(format, new CallSite(Job.prototype.reportParts))
  }

  /** What {@link restore} has to do. */
  async restorePlan(): Promise<RestorePlan> {
    const site = new CallSite(Job.prototype.restorePlan)
    return unwrap(await this.#native.restorePlan(), site)
  }

  /**
   * Puts back what the job deleted, or goes on where an earlier restore stopped: bindings as they were, from copies or from
   * the plan; leads and contacts with new ids, from copies only. What was restored is not restored again; what cannot
   * return stands in `losses`.
   *
   * ```js
   * import { Client, Job, Operation } from 'b24delete'
   *
   * const client = Client.fromEnv()
   * const job = await Job.plan('mistake.b24job', client, [Operation.lead(5)], { backup: true })
   * await job.run(client).finish()
   * const { leads, failed } = await job.restore(client)
   * console.log(leads, failed)
   * for await (const { what, leadId, status } of job.restored()) {
   *   if (what === 'lead') console.log(leadId, status)
   * }
   * // prints: 1 0
   * // prints: 5 restored
   * ```
   *
   * @throws {LocalError} of kind `job`, before anything is sent, as {@link run}, and after {@link forget}; any other
   * {@link B24Error} when the portal refuses more than a single record. The next restore goes on.
   */
  async restore(client: Client, options: RestoreOptions = {}): Promise<RestoreSummary> {
    const site = new CallSite(Job.prototype.restore)
    const { signal, onProgress } = restoreOptions(options, site)
    const portal = checkedClient(client, site)
    const canceller = new native.NativeCanceller()
    let thrown: { readonly error: unknown } | undefined
    const tell = (summary: RestoreSummary) => {
      try {
        onProgress?.(summary)
      } catch (error) {
        thrown ??= { error }
        canceller.cancel()
      }
    }
    const settled = onAbort(signal, () => canceller.cancel())
    const reply = await this.#native.restore(portal, canceller, onProgress && tell)
    settled()
    if (thrown) throw thrown.error
    return unwrap(reply, site)
  }

  /** What restores did, record by record and binding by binding: the map from old ids to new ones. */
  restored(): AsyncGenerator<Restored, void, undefined> {
    return this.#restored(new CallSite(Job.prototype.restored))
  }

  /**
   * Removes titles and copies for good. Ids and outcomes stay; what the job deleted cannot be restored any more, and
   * `ifUnchanged` spares everything that is still to be done.
   * @throws {LocalError} of kind `job` when the file cannot be written or another process runs the job.
   */
  async forget(): Promise<void> {
    const site = new CallSite(Job.prototype.forget)
    unwrap(await this.#native.forget(), site)
  }

  async *#outcomes(site: CallSite): AsyncGenerator<Outcome, void, undefined> {
    const outcomes = this.#native.outcomes()
    for (
      let chunk = unwrap(await outcomes.next(), site);
      chunk;
      chunk = unwrap(await outcomes.next(), site)
    ) {
      yield* outcomesOf(chunk, site)
    }
  }

  async *#planned(site: CallSite): AsyncGenerator<Planned, void, undefined> {
    const planned = this.#native.planned()
    for (;;) {
      const rows = unwrap(await planned.next(), site)
      if (rows.length === 0) return
      for (const row of rows) yield plannedOf(row)
    }
  }

  async *#report(format: ReportFormat, site: CallSite): AsyncGenerator<string, void, undefined> {
    const report = unwrap(await this.#native.report(String(format)), site)
    try {
      for (let part = unwrap(await report.next(), site); part !== null; ) {
        yield part
        part = unwrap(await report.next(), site)
      }
    } finally {
      report.close()
    }
  }

  async *#restored(site: CallSite): AsyncGenerator<Restored, void, undefined> {
    const restored = this.#native.restored()
    for (;;) {
      const rows = unwrap(await restored.next(), site)
      if (rows.length === 0) return
      for (const row of rows) yield restoredOf(row, site)
    }
  }
}

function checkedPath(path: unknown, site: CallSite): string {
  if (typeof path === 'string' && path !== '') return path
  throw refused('invalid_argument', `\`${shown(path)}\` is not the path of a job`, site)
}

function checkedClient(client: unknown, site: CallSite): NativeClient {
  if (client instanceof Client) return nativeOf(client)
  throw refused('invalid_argument', `a \`Client\` is needed, not \`${shown(client)}\``, site)
}
