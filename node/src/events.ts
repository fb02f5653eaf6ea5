import type { CallSite } from './call-site'
import { type B24Error, errorFrom } from './errors'
import type { EventFields } from './native'

/** What a client tells while it works. Secrets are masked in it. */
export type ClientEvent =
  | {
      /** Nothing can be sent for a while. */
      readonly type: 'waiting'
      /** Why, in a few words for people. */
      readonly reason: string
      /** For how long, as far as is known. */
      readonly seconds: number
    }
  | {
      /** A request is sent. */
      readonly type: 'sending'
      /** The REST method: `batch`, or the method of a single call. */
      readonly method: string
      /** How many operations it carries. */
      readonly operations: number
      /** True when it only reads. */
      readonly lookup: boolean
    }
  | {
      /** A request, or single operations of it, came to nothing and will be looked up or sent again. */
      readonly type: 'retrying'
      /** How many operations are concerned. */
      readonly operations: number
      /** What went wrong. Its stack leads to where the client was made. */
      readonly error: B24Error
    }

/** The function that the native module tells: it never throws. */
export function listener(
  onEvent: (event: ClientEvent) => void,
  site: CallSite,
): (fields: EventFields) => void {
  return ({ error, ...fields }) => {
    const event = error === undefined ? fields : { ...fields, error: errorFrom(error, site) }
    try {
      onEvent(event as ClientEvent)
    } catch (thrown) {
      // An uncaught exception would end the process with deletes on the wire.
      process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
    }
  }
}
