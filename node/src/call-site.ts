/** A function or class that the user calls. */
type Entry = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)

/** Where the user called, so that errors which are made later have a stack that begins there. */
export class CallSite {
  readonly #holder: { stack?: string } = {}

  /** Captures the stack below the function `entry`, which the user called. V8 makes the text only when it is read. */
  constructor(entry: Entry) {
    Error.captureStackTrace(this.#holder, entry)
  }

  /** The stack of an error with this first line. */
  stack(firstLine: string): string {
    const captured = this.#holder.stack ?? ''
    const end = captured.indexOf('\n')
    return end < 0 ? firstLine : firstLine + captured.slice(end)
  }
}
