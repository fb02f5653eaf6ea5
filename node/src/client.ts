import { inspect } from 'node:util'
import { onAbort } from './abort'
import { CallSite } from './call-site'
import { errorFrom, isFailure, unwrap } from './errors'
import { checkedIterable, Feeder } from './feeder'
import { checkedId, checkedPair } from './ids'
import { type NativeClient, native } from './native'
import { OAuth } from './oauth'
import { type LeadContact, METHODS, type Method, type Operation } from './operation'
import {
  type CallOptions,
  type ClientOptions,
  type ClientSettings,
  callOptions,
  clientFields,
  type RunOptions,
  refused,
  runOptions,
  settingFields,
} from './options'
import { type Deletion, deletionOf } from './outcome'
import { Run } from './run'

/**
 * What is behind a client.
 * @internal
 */
export let nativeOf: (client: Client) => NativeClient

/** A portal that was named by other means than options. */
class Opened {
  constructor(readonly native: NativeClient) {}
}

/**
 * Deletes on one portal, within its limits. It needs no closing, and it shows no secret when it is printed.
 *
 * ```js
 * import { Client, NotFoundError } from 'b24delete'
 *
 * const client = new Client({ webhook: process.env.B24_WEBHOOK })
 * try {
 *   const deletion = await client.deleteLead(123)
 *   console.log(deletion.status, deletion.attempts)
 * } catch (error) {
 *   if (!(error instanceof NotFoundError)) throw error
 *   console.log('there is no such lead')
 * }
 * // prints: deleted 1
 * ```
 */
export class Client {
  static {
    nativeOf = (client) => client.#native
  }

  readonly #native: NativeClient

  /**
   * A client for the portal that the options name. Nothing is sent yet.
   * @throws {LocalError} of kind `config` when an option has a value that is not allowed.
   */
  constructor(options: ClientOptions)
  /** @internal */
  constructor(options: ClientOptions | Opened)
  constructor(options: ClientOptions | Opened) {
    if (options instanceof Opened) {
      this.#native = options.native
    } else {
      const site = new CallSite(new.target)
      this.#native = unwrap(native.openClient(clientFields(options, site)), site)
    }
  }

  /**
   * A client for the portal that the environment names: `B24_WEBHOOK`, or `B24_REST` and the variables of an
   * application.
   * @throws {LocalError} of kind `config` when it names none or more than one, or a variable is missing.
   */
  static fromEnv(options: ClientSettings = {}): Client {
    const site = new CallSite(Client.fromEnv)
    const fields = settingFields(options, site)
    return new Client(new Opened(unwrap(native.openClientFromEnvironment(fields), site)))
  }

  /**
   * A client for the portal of that name in the user's file of profiles; `b24delete auth --help` tells about it.
   * @throws {LocalError} of kind `config` when there is no such profile or it is incomplete.
   */
  static fromProfile(name: string, options: ClientSettings = {}): Client {
    const site = new CallSite(Client.fromProfile)
    if (typeof name !== 'string') throw refused('config', 'the name of a profile must be a string', site)
    const fields = settingFields(options, site)
    return new Client(new Opened(unwrap(native.openClientFromProfile(name, fields), site)))
  }

  /** Host of the portal, and its port where it is not the usual one. */
  get host(): string {
    return this.#native.host
  }

  /**
   * The user in whose name calls are made: a webhook names it, an application learns it when it logs in or renews its
   * tokens.
   */
  get userId(): number | null {
    return this.#native.userId
  }

  /** The login of a client that is an application; null for a webhook. */
  get oauth(): OAuth | null {
    const oauth = this.#native.oauth
    return oauth && new OAuth(oauth)
  }

  /**
   * Deletes a lead: `crm.lead.delete`.
   * @throws {NotFoundError} when there is no such lead; else any {@link B24Error}, whose `effect` tells what may have
   * happened. So for the other three.
   */
  async deleteLead(leadId: number, options: CallOptions = {}): Promise<Deletion> {
    const site = new CallSite(Client.prototype.deleteLead)
    return this.#delete('crm.lead.delete', checkedId('lead', leadId, site), 0, options, site)
  }

  /**
   * Deletes a contact: `crm.contact.delete`. The portal may take 100 seconds.
   * @throws {NotFoundError} as {@link deleteLead}.
   */
  async deleteContact(contactId: number, options: CallOptions = {}): Promise<Deletion> {
    const site = new CallSite(Client.prototype.deleteContact)
    return this.#delete('crm.contact.delete', 0, checkedId('contact', contactId, site), options, site)
  }

  /**
   * Takes one contact off a lead: `crm.lead.contact.delete`. The status is `absent` when it was not bound to it.
   * @throws {NotFoundError} when there is no such lead.
   */
  async deleteLeadContact(pair: LeadContact, options: CallOptions = {}): Promise<Deletion> {
    const site = new CallSite(Client.prototype.deleteLeadContact)
    const [leadId, contactId] = checkedPair('deleteLeadContact', pair, site)
    return this.#delete('crm.lead.contact.delete', leadId, contactId, options, site)
  }

  /**
   * Takes all contacts off a lead: `crm.lead.contact.items.delete`.
   * @throws {NotFoundError} when there is no such lead.
   */
  async deleteLeadContactItems(leadId: number, options: CallOptions = {}): Promise<Deletion> {
    const site = new CallSite(Client.prototype.deleteLeadContactItems)
    return this.#delete('crm.lead.contact.items.delete', checkedId('lead', leadId, site), 0, options, site)
  }

  /**
   * Carries out many operations in packs and gives one outcome for each as it becomes final.
   *
   * Operations are pulled as they are needed, a few packs ahead, from an iterable or async iterable of any length.
   * Operations on one lead keep their order.
   *
   * ```js
   * import { Client, Operation } from 'b24delete'
   *
   * const client = Client.fromEnv()
   * const run = client.deleteMany([1, 2, 3].map(Operation.lead))
   * for await (const outcome of run) {
   *   console.log(outcome.leadId, outcome.status, outcome.error?.kind)
   * }
   * console.log(run.summary().deleted)
   * // prints: 1 deleted undefined
   * // prints: 2 deleted undefined
   * // prints: 3 deleted undefined
   * // prints: 3
   * ```
   *
   * @throws {InvalidRequestError} at once when an argument is not allowed; never for one operation.
   */
  deleteMany(operations: Iterable<Operation> | AsyncIterable<Operation>, options: RunOptions = {}): Run {
    const site = new CallSite(Client.prototype.deleteMany)
    const isAsync = checkedIterable('deleteMany', operations, site)
    const [checked, fields] = runOptions(options, site)
    // The engine must not keep alive a run that nobody reads any more.
    let feeder: WeakRef<Feeder> | undefined
    const run = unwrap(
      this.#native.deleteMany(fields, (count) => feeder?.deref()?.demand(count)),
      site,
    )
    const feeding = new Feeder(run, operations, isAsync, site)
    feeder = new WeakRef(feeding)
    return new Run(run, feeding, checked, site)
  }

  /** What `console.log` shows. */
  [inspect.custom](): string {
    return this.#native.describe()
  }

  async #delete(
    method: Method,
    leadId: number,
    contactId: number,
    options: CallOptions,
    site: CallSite,
  ): Promise<Deletion> {
    const { signal, deadline } = callOptions(options, site)
    const canceller = signal && new native.NativeCanceller()
    const settled = onAbort(signal, () => canceller?.cancel())
    const operation = [METHODS.indexOf(method), leadId, contactId] as const
    const reply = await this.#native.delete(operation, deadline, canceller)
    settled()
    if (!isFailure(reply)) return deletionOf(reply)
    const isCancelled = reply.failure.kind === 'cancelled' && signal?.aborted
    throw errorFrom(reply.failure, site, isCancelled ? { cause: signal.reason } : undefined)
  }
}
