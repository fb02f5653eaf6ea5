import { CallSite } from './call-site'
import { checkedId, checkedPair } from './ids'

/** A lead and a contact that is bound to it. They are named so that they cannot be swapped or filled by accident. */
export interface LeadContact {
  /** The lead, 1 to 2^53-1. */
  readonly leadId: number
  /** The contact, 1 to 2^53-1. */
  readonly contactId: number
}

/** The REST methods of the four operations. The place of each is its code on the way to the engine. */
export const METHODS = [
  'crm.lead.delete',
  'crm.contact.delete',
  'crm.lead.contact.delete',
  'crm.lead.contact.items.delete',
] as const

/** The REST method of an operation. */
export type Method = (typeof METHODS)[number]

/**
 * One of the four deletes, with its ids.
 *
 * ```js
 * import { Operation } from 'b24delete'
 *
 * const operations = [15, 16, 17].map(Operation.lead)
 * operations.push(Operation.leadContact({ leadId: 18, contactId: 1010 }))
 * console.log(operations.length, operations[0].method, operations[0].leadId)
 * // prints: 4 crm.lead.delete 15
 * ```
 */
export class Operation {
  /** The REST method, in its classic form whatever interface carries it out. */
  readonly method: Method
  /** The lead that is deleted or changed. */
  readonly leadId: number | null
  /** The contact that is deleted or taken off the lead. */
  readonly contactId: number | null

  private constructor(method: Method, leadId: number | null, contactId: number | null) {
    this.method = method
    this.leadId = leadId
    this.contactId = contactId
  }

  /**
   * Deletes a lead: `crm.lead.delete`.
   * @throws {InvalidRequestError} of kind `invalid_id` unless the id is a whole number from 1 to 2^53-1.
   */
  static lead(leadId: number): Operation {
    return new Operation('crm.lead.delete', idOf('lead', leadId, Operation.lead), null)
  }

  /**
   * Deletes a contact: `crm.contact.delete`.
   * @throws {InvalidRequestError} as {@link Operation.lead}.
   */
  static contact(contactId: number): Operation {
    return new Operation('crm.contact.delete', null, idOf('contact', contactId, Operation.contact))
  }

  /**
   * Takes one contact off a lead, and keeps both: `crm.lead.contact.delete`.
   * @throws {InvalidRequestError} as {@link Operation.lead}.
   */
  static leadContact(pair: LeadContact): Operation {
    const site = new CallSite(Operation.leadContact)
    const [leadId, contactId] = checkedPair('Operation.leadContact', pair, site)
    return new Operation('crm.lead.contact.delete', leadId, contactId)
  }

  /**
   * Takes all contacts off a lead, and keeps all records: `crm.lead.contact.items.delete`.
   * @throws {InvalidRequestError} as {@link Operation.lead}.
   */
  static leadContactItems(leadId: number): Operation {
    const id = idOf('lead', leadId, Operation.leadContactItems)
    return new Operation('crm.lead.contact.items.delete', id, null)
  }
}

/** As `checkedId`, but captures where the user called only for an error: operations are made by the thousand. */
function idOf(what: 'lead' | 'contact', value: number, entry: (id: number) => Operation): number {
  const isId = Number.isSafeInteger(value) && value > 0
  return isId ? value : checkedId(what, value, new CallSite(entry))
}
