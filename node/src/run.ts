import { onAbort } from './abort'
import type { CallSite } from './call-site'
import { unwrap } from './errors'
import type { Feeder } from './feeder'
import type { Chunk, NativeRun } from './native'
import type { RunOptions } from './options'
import { type Outcome, outcomesOf, Summary } from './outcome'

/**
 * A run over many operations: an async iterable of outcomes as they become final. It begins when it is first read.
 *
 * Leaving the loop early cancels: nothing more is sent, and the loop ends when the pack on the wire has been seen
 * through and counted in {@link summary}. What the iterable of operations throws reaches the reader unchanged, after
 * the outcomes that were made.
 */
export class Run implements AsyncIterable<Outcome>, AsyncDisposable {
  readonly #native: NativeRun
  readonly #feeder: Feeder
  readonly #options: RunOptions
  readonly #site: CallSite
  #isOver = false
  readonly #outcomes: AsyncGenerator<Outcome, void, undefined>

  /** @internal */
  constructor(native: NativeRun, feeder: Feeder, options: RunOptions, site: CallSite) {
    this.#native = native
    this.#feeder = feeder
    this.#options = options
    this.#site = site
    this.#outcomes = this.#read()
  }

  /** The outcomes. They come once: a second loop goes on where the first one was. */
  [Symbol.asyncIterator](): AsyncIterator<Outcome, void, undefined> {
    return this.#outcomes
  }

  /** The account so far; final once the outcomes have ended. */
  summary(): Summary {
    return new Summary(this.#native.summary(), this.#site)
  }

  /** Sends nothing more. What is on the wire is seen through; what was pulled and not sent becomes `not_run`. */
  cancel(): void {
    this.#native.cancel()
  }

  /** Passes over the outcomes that are still to come and gives the final account. */
  async finish(): Promise<Summary> {
    for await (const _outcome of this);
    return this.summary()
  }

  /** Cancels, and sees through what is on the wire. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel()
    await this.#outcomes.return()
  }

  async *#read(): AsyncGenerator<Outcome, void, undefined> {
    const settled = onAbort(this.#options.signal, () => this.cancel())
    this.#feeder.start()
    try {
      for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) {
        this.#options.onProgress?.(this.summary())
        yield* outcomesOf(chunk, this.#site)
      }
    } finally {
      this.cancel()
      while ((await this.#next()) !== null);
      settled()
      await this.#feeder.close()
    }
    if (this.#feeder.thrown) throw this.#feeder.thrown.error
  }

  /** The next outcomes. The last ones are of what was pulled for the run but not by it. */
  async #next(): Promise<Chunk | null> {
    const chunk = unwrap(await this.#native.next(), this.#site)
    if (chunk !== null || this.#isOver) return chunk
    this.#isOver = true
    const leftOut = this.#feeder.leftOut(this.#native.summary().total)
    return leftOut.length > 0 ? unwrap(this.#native.leaveOut(leftOut), this.#site) : null
  }
}
