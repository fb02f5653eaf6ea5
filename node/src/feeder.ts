import type { CallSite } from './call-site'
import { shown } from './ids'
import type { NativeFeed } from './native'
import { METHODS, Operation } from './operation'
import { refused } from './options'

/** A plain iterable is pulled for so many operations in a turn of the event loop; a quick one, that takes at most so many
 * milliseconds, for more. */
const PACK = 50
const LONGEST = 1

/** Numbers of an operation: code, lead, contact. */
const NUMBERS = 3

function encoded(operations: readonly Operation[]): Float64Array {
  const rows = new Float64Array(operations.length * NUMBERS)
  operations.forEach(({ method, leadId, contactId }, index) => {
    const start = index * NUMBERS
    rows[start] = METHODS.indexOf(method)
    rows[start + 1] = leadId ?? 0
    rows[start + 2] = contactId ?? 0
  })
  return rows
}

/** Whether operations are an async iterable; an error unless they are an iterable of either kind. */
export function checkedIterable(what: string, operations: unknown, site: CallSite): boolean {
  if (isIterable(operations, Symbol.asyncIterator)) return true
  if (isIterable(operations, Symbol.iterator)) return false
  const text = `\`${what}\` takes an iterable of operations, not \`${shown(operations)}\``
  throw refused('invalid_argument', text, site)
}

function isIterable(value: unknown, symbol: symbol): boolean {
  return value !== null && value !== undefined && typeof (value as never)[symbol] === 'function'
}

/**
 * Pulls operations from the user's iterable as the engine asks for them, for a run or a plan. It begins with `start`, so
 * that nothing is pulled or sent before somebody reads the run.
 */
export class Feeder {
  readonly #native: NativeFeed
  readonly #site: CallSite
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  readonly #isAsync: boolean
  /** Those that were pulled since the engine asked last, which it does when it has taken all earlier ones. */
  #recent: Operation[] = []
  /** How many of them were handed over. */
  #fed = 0
  #wanted = 0
  #pulled = 0
  #started = false
  #pulling = false
  #done = false
  /** What the user's own iterable threw. */
  thrown: { readonly error: unknown } | undefined

  constructor(
    native: NativeFeed,
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
    this.#wanted = count
    this.#recent = []
    this.#fed = 0
    if (this.#started) this.#pull()
  }

  start(): void {
    this.#started = true
    this.#pull()
  }

  /** Those that the run, which has ended, left out: it has so many outcomes. */
  leftOut(outcomes: number): Float64Array {
    return encoded(this.#recent.slice(this.#recent.length - (this.#pulled - outcomes)))
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
      const until = performance.now() + LONGEST
      let left = PACK
      while (!this.#done && this.#wanted > 0 && left > 0) {
        this.#accept(iterator.next())
        left -= 1
        if (left === 0 && performance.now() < until) left = PACK
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#pulling = false
    this.#feed()
    // Others get a turn while a slow iterable is pulled.
    if (this.#wanted > 0 && !this.#done) setImmediate(() => this.#pull())
    if (this.#done) this.#native.end()
  }

  async #pullAsync(): Promise<void> {
    this.#pulling = true
    try {
      const iterator = this.#iterator as AsyncIterator<unknown>
      while (!this.#done && this.#wanted > 0) {
        this.#accept(await iterator.next())
        // What a slow iterable has given goes out before the next item comes; a fast one fills its batch first.
        if (this.#recent.length === this.#fed + 1) setImmediate(() => this.#feed())
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#pulling = false
    this.#feed()
    if (this.#done) this.#native.end()
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
      this.#recent.push(value)
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
    this.#feed()
    this.#native.fail(error instanceof Error ? error.message : shown(error))
  }

  #feed(): void {
    const operations = this.#recent.slice(this.#fed)
    this.#fed = this.#recent.length
    if (operations.length > 0) this.#native.feed(encoded(operations))
  }
}
