import { onAbort } from './abort'
import type { CallSite } from './call-site'
import type { Chunk } from './native'
import { type Outcome, outcomesOf, type Summary } from './outcome'

/** How a run is followed, whatever it runs. */
interface Following {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((summary: Summary) => void) | undefined
}

/** What runs have in common: they begin when they are first read, and their outcomes come once. */
export abstract class OutcomeReader implements AsyncIterable<Outcome>, AsyncDisposable {
  readonly #following: Following
  readonly #site: CallSite
  readonly #outcomes: OneByOne

  /** @internal */
  constructor(following: Following, site: CallSite) {
    this.#following = following
    this.#site = site
    this.#outcomes = new OneByOne(this.#read())
  }

  /** The account so far; final once the outcomes have ended. */
  abstract summary(): Summary

  /** Sends nothing more. What is on the wire is seen through. */
  abstract cancel(): void

  /** @internal */
  protected abstract begin(): Promise<void> | void
  /**
   * The next outcomes; null at the end.
   * @internal
   */
  protected abstract next(): Promise<Chunk | null>
  /** @internal */
  protected abstract close(): Promise<void> | void
  /**
   * What the user's own code threw in between.
   * @internal
   */
  protected abstract thrown(): { readonly error: unknown } | undefined

  /** The outcomes. They come once: a second loop goes on where the first one was. */
  [Symbol.asyncIterator](): AsyncIterator<Outcome, void, undefined> {
    return this.#outcomes
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

  async *#read(): AsyncGenerator<Outcome[], void, undefined> {
    const { signal, onProgress } = this.#following
    const settled = onAbort(signal, () => this.cancel())
    try {
      await this.begin()
      try {
        for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) {
          onProgress?.(this.summary())
          yield outcomesOf(chunk, this.#site)
        }
      } finally {
        this.cancel()
        while ((await this.next()) !== null);
      }
    } finally {
      settled()
      await this.close()
    }
    const thrown = this.thrown()
    if (thrown) throw thrown.error
  }
}

/** Gives the outcomes of chunks one by one. An async generator would make two promises more for each of them. */
class OneByOne implements AsyncIterator<Outcome, void, undefined> {
  readonly #chunks: AsyncGenerator<Outcome[], void, undefined>
  #chunk: Outcome[] = []
  #given = 0

  constructor(chunks: AsyncGenerator<Outcome[], void, undefined>) {
    this.#chunks = chunks
  }

  next(): Promise<IteratorResult<Outcome, void>> {
    const outcome = this.#take()
    return outcome ? Promise.resolve({ done: false, value: outcome }) : this.#read()
  }

  async return(): Promise<IteratorResult<Outcome, void>> {
    await this.#chunks.return()
    // With what a reader may have been given until then.
    this.#chunk = []
    return { done: true, value: undefined }
  }

  #take(): Outcome | undefined {
    const outcome = this.#chunk[this.#given]
    this.#given += 1
    return outcome
  }

  async #read(): Promise<IteratorResult<Outcome, void>> {
    for (;;) {
      const { done, value } = await this.#chunks.next()
      // Another reader may have been given a chunk meanwhile: it comes first.
      const rest = this.#chunk.slice(this.#given)
      this.#chunk = rest.concat(value ?? [])
      this.#given = 0
      const outcome = this.#take()
      if (outcome) return { done: false, value: outcome }
      if (done) return { done: true, value: undefined }
    }
  }
}
