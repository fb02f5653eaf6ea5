import type { StoreFunctions, StoreReply } from './native'

/**
 * Keeps the tokens of one application on one portal, for instance in a database. The text is a secret.
 *
 * Every renewal gives a new refresh token and ends the old one, so whoever shares tokens must share the store too.
 */
export interface TokenStore {
  /** The text that was saved last; null before the first login. */
  load(): Promise<string | null | undefined> | string | null | undefined
  /** Keeps this text in place of all earlier ones. It must be safe when the promise resolves. */
  save(tokens: string): Promise<void> | void
  /**
   * Keeps other processes from renewing the tokens until the function that it gives is called. Needed only where
   * several processes share the store.
   */
  lock?(): Promise<() => unknown> | (() => unknown)
}

/** The functions of a store as the native module calls them: no exception of the user's leaves them. */
export function storeFunctions(store: TokenStore): StoreFunctions {
  let release: (() => unknown) | undefined
  return {
    load: () =>
      safely(async () => {
        const tokens = await store.load()
        return tokens === null || tokens === undefined ? {} : { tokens: asText(tokens) }
      }),
    save: (tokens) =>
      safely(async () => {
        await store.save(tokens)
        return {}
      }),
    lock: () =>
      safely(async () => {
        release = await store.lock?.()
        return {}
      }),
    unlock: () => {
      const unlock = release
      release = undefined
      safely(async () => {
        await unlock?.()
        return {}
      }).then(({ error }) => {
        if (error !== undefined) process.emitWarning(`the store of tokens could not be unlocked: ${error}`)
      })
    },
  }
}

function asText(tokens: unknown): string {
  if (typeof tokens === 'string') return tokens
  throw new TypeError('`load` of the store of tokens must give the string that `save` was given, or null')
}

async function safely(work: () => Promise<StoreReply>): Promise<StoreReply> {
  try {
    return await work()
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
