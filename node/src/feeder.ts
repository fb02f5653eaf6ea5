import type { CallSite } from './call-site'
import { shown } from './ids'
import type { NativeRun } from './native'
import { METHODS, Operation } from './operation'
import { refused } from './options'

/** Numbers of an operation: code, lead, contact. */
const NUMBERS = 3

/** Operations that were pulled and not handed over yet. */
class Batch {
  #rows = new Float64Array(0)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(operation: Operation, most: number): void {
    if (this.#rows.length === 0) this.#rows = new Float64Array(most * NUMBERS)
    const start = this.#count * NUMBERS
    this.#rows[start] = METHODS.indexOf(operation.method)
    this.#rows[start + 1] = operation.leadId ?? 0
    this.#rows[start + 2] = operation.contactId ?? 0
    this.#count += 1
  }

  take(): Float64Array {
    const rows = this.#rows.subarray(0, this.#count * NUMBERS)
    this.#rows = new Float64Array(0)
    this.#count = 0
    return rows
  }
}

/**
 * Pulls operations from the user's iterable as the engine asks for them. It begins with `start`, so that nothing is
 * pulled or sent before somebody reads the run.
 */
export class Feeder {
  readonly #native: NativeRun
  readonly #site: CallSite
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  readonly #isAsync: boolean
  readonly #batch = new Batch()
  #wanted = 0
  #pulled = 0
  #started = false
  #pulling = false
  #done = false
  /** What the user's own iterable threw. */
  thrown: { readonly error: unknown } | undefined

  constructor(
    native: NativeRun,
    operations: Iterable<unknown> | AsyncIterable<unknown>,
    isAsync: boolean,
    site: CallSite,
  ) {
    this.#native = native
    this.#site = site
    this.#isAsync = isAsync
    this.#iterator = isAsync
      ? (operations as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (operations as Iterable<unknown>)[Symbol.iterator]()
  }

  /** The engine asks for so many more. */
  demand(count: number): void {
    this.#wanted += count
    if (this.#started) this.#pull()
  }

  start(): void {
    this.#started = true
    this.#pull()
  }

  /** The run takes no more. The user's iterable is told, as a loop that is left would tell it. */
  async close(): Promise<void> {
    if (this.#done) return
    this.#done = true
    const closing = this.#iterator.return?.()
    // An async generator that waits for something would keep its `return` waiting too.
    if (this.#pulling) Promise.resolve(closing).catch(() => undefined)
    else await closing
  }

  #pull(): void {
    if (this.#pulling || this.#done) return
    if (this.#isAsync) this.#pullAsync()
    else this.#pullSync()
  }

  #pullSync(): void {
    this.#pulling = true
    try {
      const iterator = this.#iterator as Iterator<unknown>
      while (!this.#done && this.#wanted > 0) this.#accept(iterator.next())
    } catch (error) {
      this.#fail(error)
    }
    this.#pulling = false
    this.#flush()
  }

  async #pullAsync(): Promise<void> {
    this.#pulling = true
    try {
      const iterator = this.#iterator as AsyncIterator<unknown>
      while (!this.#done && this.#wanted > 0) {
        this.#accept(await iterator.next())
        // What a slow iterable has given goes out before the next item comes; a fast one fills its batch first.
        if (this.#batch.count === 1) setImmediate(() => this.#flush())
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#pulling = false
    this.#flush()
  }

  #accept(result: unknown): void {
    if (typeof result !== 'object' || result === null) {
      throw new TypeError(`the iterator of the operations gave \`${shown(result)}\` in place of a result`)
    }
    const { done, value } = result as IteratorResult<unknown>
    if (this.#done) return
    if (done) {
      this.#done = true
    } else if (value instanceof Operation) {
      this.#batch.add(value, this.#wanted + this.#batch.count)
      this.#wanted -= 1
      this.#pulled += 1
    } else {
      const text = `item ${this.#pulled} of the operations is \`${shown(value)}\`: \`Operation.lead(id)\` and its like are needed`
      throw refused('invalid_argument', text, this.#site)
    }
  }

  #fail(error: unknown): void {
    if (this.#done) return
    this.#done = true
    this.thrown = { error }
    this.#flush()
    this.#native.fail(error instanceof Error ? error.message : shown(error))
  }

  #flush(): void {
    if (this.#batch.count > 0) this.#native.feed(this.#batch.take())
    if (this.#done) this.#native.end()
  }
}
