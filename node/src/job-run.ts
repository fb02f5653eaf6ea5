import type { CallSite } from './call-site'
import { unwrap } from './errors'
import type { JobRunOptions } from './job-options'
import type { Chunk, NativeJobRun, SummaryFields } from './native'
import { Summary } from './outcome'
import { OutcomeReader } from './outcome-reader'

/** The account of a run that has not begun. */
const NOTHING: SummaryFields = {
  total: 0,
  deleted: 0,
  deletedByLookup: 0,
  absent: 0,
  failed: 0,
  unknown: 0,
  notRun: 0,
  requests: 0,
  seconds: 0,
}

/**
 * A run of a job: an async iterable of outcomes, each of which is in the file before it is given. It begins when it is
 * first read; what keeps it from beginning reaches the reader.
 *
 * Leaving the loop early cancels, as it does for {@link Run}; the job can go on later.
 */
export class JobRun extends OutcomeReader {
  readonly #start: () => Promise<NativeJobRun>
  readonly #site: CallSite
  #native: NativeJobRun | undefined
  #isCancelled = false

  /** @internal */
  constructor(start: () => Promise<NativeJobRun>, options: JobRunOptions, site: CallSite) {
    super(options, site)
    this.#start = start
    this.#site = site
  }

  /**
   * Head of the job's hash chain; null before the run has begun. Whoever keeps the final one elsewhere can tell later,
   * by {@link Job.verify}, whether the record was edited.
   */
  get head(): string | null {
    return this.#native?.head ?? null
  }

  summary(): Summary {
    const cancelled = this.#isCancelled ? { stoppedBy: 'cancelled' } : {}
    return new Summary(this.#native?.summary() ?? { ...NOTHING, ...cancelled }, this.#site)
  }

  /** Sends nothing more. What is on the wire is seen through and recorded; the job can go on later. */
  cancel(): void {
    this.#isCancelled = true
    this.#native?.cancel()
  }

  /** @internal */
  protected async begin(): Promise<void> {
    if (this.#isCancelled) return
    this.#native = await this.#start()
    if (this.#isCancelled) this.#native.cancel()
  }

  /** @internal */
  protected async next(): Promise<Chunk | null> {
    return this.#native === undefined ? null : unwrap(await this.#native.next(), this.#site)
  }

  /** @internal */
  protected close(): void {}

  /** @internal */
  protected thrown(): undefined {
    return undefined
  }
}
