import type { CallSite } from './call-site'
import { errorFrom } from './errors'
import { native } from './native'

/** A number that is an id; an error in the engine's words for everything else. */
export function checkedId(what: 'lead' | 'contact', value: unknown, site: CallSite): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw errorFrom(native.invalidId(what === 'lead', shown(value)), site)
}

/** The ids of a pair, which are named so that they cannot be swapped. */
export function checkedPair(what: string, pair: unknown, site: CallSite): [lead: number, contact: number] {
  if (typeof pair !== 'object' || pair === null) {
    const text = `\`${what}\` takes \`{ leadId, contactId }\`, not \`${shown(pair)}\``
    throw errorFrom(native.notSent('invalid_argument', text), site)
  }
  const { leadId, contactId } = pair as { leadId?: unknown; contactId?: unknown }
  return [checkedId('lead', leadId, site), checkedId('contact', contactId, site)]
}

/** A few words for a value that is not what it should be. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return `${value} (a string)`
  }
  // An object's own text may throw.
  const isObject = typeof value === 'object' || typeof value === 'function'
  return isObject && value !== null ? Object.prototype.toString.call(value) : String(value)
}
