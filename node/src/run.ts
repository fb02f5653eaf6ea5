import type { CallSite } from './call-site'
import { unwrap } from './errors'
import type { Feeder } from './feeder'
import type { Chunk, NativeRun } from './native'
import type { RunOptions } from './options'
import { Summary } from './outcome'
import { OutcomeReader } from './outcome-reader'

/**
 * A run over many operations: an async iterable of outcomes as they become final. It begins when it is first read.
 *
 * Leaving the loop early cancels: nothing more is sent, and the loop ends when the pack on the wire has been seen
 * through and counted in {@link summary}. What the iterable of operations throws reaches the reader unchanged, after
 * the outcomes that were made.
 */
export class Run extends OutcomeReader {
  readonly #native: NativeRun
  readonly #feeder: Feeder
  readonly #site: CallSite
  #isOver = false

  /** @internal */
  constructor(native: NativeRun, feeder: Feeder, options: RunOptions, site: CallSite) {
    super(options, site)
    this.#native = native
    this.#feeder = feeder
    this.#site = site
  }

  summary(): Summary {
    return new Summary(this.#native.summary(), this.#site)
  }

  /** Sends nothing more. What is on the wire is seen through; what was pulled and not sent becomes `not_run`. */
  cancel(): void {
    this.#native.cancel()
  }

  /** @internal */
  protected begin(): void {
    this.#feeder.start()
  }

  /**
   * The last outcomes are of what was pulled for the run but not by it.
   * @internal
   */
  protected async next(): Promise<Chunk | null> {
    const chunk = unwrap(await this.#native.next(), this.#site)
    if (chunk !== null || this.#isOver) return chunk
    this.#isOver = true
    const leftOut = this.#feeder.leftOut(this.#native.summary().total)
    return leftOut.length > 0 ? unwrap(this.#native.leaveOut(leftOut), this.#site) : null
  }

  /** @internal */
  protected close(): Promise<void> {
    return this.#feeder.close()
  }

  /** @internal */
  protected thrown(): { readonly error: unknown } | undefined {
    return this.#feeder.thrown
  }
}
