import { CallSite } from './call-site'
import { unwrap } from './errors'
import type { NativeOAuth } from './native'
import { refused } from './options'

/** The authorization of a client that is an application. Calls renew tokens by themselves; this is for logging in. */
export class OAuth {
  readonly #native: NativeOAuth

  /** @internal */
  constructor(native: NativeOAuth) {
    this.#native = native
  }

  /**
   * The portal's page where a user lets the application in: open it in a browser. The portal then redirects to the
   * address in the application's settings, with `code` and `state` in the query.
   */
  authorizeUrl(state: string): string {
    return this.#native.authorizeUrl(text('state', state, new CallSite(OAuth.prototype.authorizeUrl)))
  }

  /**
   * Exchanges the code of that redirect for tokens and stores them. A code lives 30 seconds.
   * @throws {AuthError} of kind `refresh_failed` when the server refuses the code or its answer was lost.
   */
  async logIn(code: string): Promise<void> {
    const site = new CallSite(OAuth.prototype.logIn)
    unwrap(await this.#native.logIn(text('code', code, site)), site)
  }

  /**
   * Renews the tokens although they may still be good. Calls do that by themselves when it is needed.
   * @throws {AuthError} as {@link logIn}.
   */
  async refresh(): Promise<void> {
    const site = new CallSite(OAuth.prototype.refresh)
    unwrap(await this.#native.refresh(), site)
  }
}

function text(name: string, value: unknown, site: CallSite): string {
  if (typeof value === 'string') return value
  throw refused('invalid_argument', `\`${name}\` must be a string`, site)
}
