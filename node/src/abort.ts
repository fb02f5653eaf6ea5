/** Those who wait for a signal share one listener: Node.js warns of more than ten on a signal. */
class Waiting {
  static readonly #bySignal = new WeakMap<AbortSignal, Waiting>()

  readonly #signal: AbortSignal
  readonly #cancels = new Set<() => void>()
  readonly #listener = () => {
    for (const cancel of this.#cancels) cancel()
  }

  static on(signal: AbortSignal): Waiting {
    const waiting = Waiting.#bySignal.get(signal) ?? new Waiting(signal)
    Waiting.#bySignal.set(signal, waiting)
    return waiting
  }

  private constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#listener, { once: true })
  }

  add(cancel: () => void): void {
    this.#cancels.add(cancel)
  }

  remove(cancel: () => void): void {
    this.#cancels.delete(cancel)
    if (this.#cancels.size > 0) return
    this.#signal.removeEventListener('abort', this.#listener)
    Waiting.#bySignal.delete(this.#signal)
  }
}

/** Calls `cancel` when the signal is aborted, or at once if it is already. Returns what ends the waiting. */
export function onAbort(signal: AbortSignal | undefined, cancel: () => void): () => void {
  if (signal === undefined || signal.aborted) {
    if (signal?.aborted) cancel()
    return () => undefined
  }
  const waiting = Waiting.on(signal)
  waiting.add(cancel)
  return () => waiting.remove(cancel)
}
