/// <reference lib="esnext.disposable" preserve="true" />
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** How the portal is set up; `b24delete emulator --help` tells more. */
export interface EmulatorOptions {
  /** Port on the loopback interface. Default: a free one. */
  readonly port?: number
  /** Keep the records in this file instead of memory. */
  readonly database?: string
  /** Leads to begin with, with the ids 1, 2, 3… */
  readonly leads?: number
  /** Contacts to begin with, with the ids 1, 2, 3… */
  readonly contacts?: number
  /** Contacts bound to each lead. */
  readonly linksPerLead?: number
  /** Activities of each lead alone. */
  readonly activitiesPerLead?: number
  /** Activities that belong to two leads each. */
  readonly sharedActivities?: number
  /** Refusals as the methods' pages word them, or as seen on portals. */
  readonly profile?: 'documented' | 'observed'
  /** Answer of `crm.lead.contact.delete` when the contact is not bound to the lead. */
  readonly unlinked?: 'false' | 'not_found' | 'true'
  /** Limit on requests: `X/Y`, X at once, then Y per second, or `off`. */
  readonly limits?: string
  /** Limit on operating time: `S/W`, S seconds of a method's work in W seconds, or `off`. */
  readonly operating?: string
  /** To which method the time of a batch is charged. */
  readonly charge?: 'nested' | 'batch'
  /** Seconds that a method takes; `*` in its name stands for any text. */
  readonly cost?: Readonly<Record<string, number>>
  /** Seconds after which access tokens expire. */
  readonly tokenTtl?: number
  /** Seconds after which requests are cut. */
  readonly cut?: number
  /** What the portal does with a request that was cut. */
  readonly afterCut?: 'stop' | 'finish-command' | 'run-on'
  /** JSON file with a list of fault rules. */
  readonly faults?: string
  /** Serve https, with a certificate of its own authority: see {@link Emulator.caFile}. */
  readonly tls?: boolean
  /** Also answer CONNECT as a proxy that leads every host to this portal: see {@link Emulator.proxy}. */
  readonly connectProxy?: boolean
}

/** What there is on the portal: the ids of the records, and what is bound to what. */
export interface Snapshot {
  readonly leads: readonly number[]
  readonly contacts: readonly number[]
  readonly companies: readonly number[]
  readonly deals: readonly number[]
  readonly lead_contacts: readonly {
    readonly lead_id: number
    readonly contact_id: number
    readonly sort: number
    readonly primary: boolean
  }[]
  readonly activities: readonly unknown[]
  readonly comments: readonly unknown[]
}

/** The line that the emulator prints. */
interface Addresses {
  readonly webhook: string
  readonly oauth_rest: string
  readonly oauth_token: string
  readonly client_id: string
  readonly client_secret: string
  readonly access_token: string
  readonly refresh_token: string
  readonly control: string
  readonly ca_file?: string
  readonly proxy?: string
}

type Process = ChildProcessByStdio<Writable, Readable, Readable>

/** A local portal in a process of its own. It ends with this process at the latest. */
export class Emulator implements AsyncDisposable {
  readonly #process: Process
  readonly #addresses: Addresses

  /** @internal */
  constructor(process: Process, addresses: Addresses) {
    this.#process = process
    this.#addresses = addresses
  }

  /** URL of the webhook. */
  get webhook(): string {
    return this.#addresses.webhook
  }

  /** REST root for an application. */
  get oauthRest(): string {
    return this.#addresses.oauth_rest
  }

  /** The token endpoint. */
  get oauthToken(): string {
    return this.#addresses.oauth_token
  }

  /** Id of the application that is installed on the portal. */
  get clientId(): string {
    return this.#addresses.client_id
  }

  /** Key of that application. */
  get clientSecret(): string {
    return this.#addresses.client_secret
  }

  /** An access token for that application. */
  get accessToken(): string {
    return this.#addresses.access_token
  }

  /** A refresh token for that application. */
  get refreshToken(): string {
    return this.#addresses.refresh_token
  }

  /** URL of the control interface, ending in a slash. */
  get control(): string {
    return this.#addresses.control
  }

  /** The certificate that clients must trust, with the option `tls`; for Node.js in `NODE_EXTRA_CA_CERTS`. */
  get caFile(): string | null {
    return this.#addresses.ca_file ?? null
  }

  /** URL of the proxy, with the option `connectProxy`. */
  get proxy(): string | null {
    return this.#addresses.proxy ?? null
  }

  /** What there is on the portal now. */
  async snapshot(): Promise<Snapshot> {
    return (await this.#ask('snapshot')) as Snapshot
  }

  /** What the portal has executed, in order. */
  async executions(): Promise<{ readonly method: string; readonly [field: string]: unknown }[]> {
    return (await this.#ask('executions')) as { method: string }[]
  }

  /** Fault rules in place of those that there are, such as `{ method: 'batch', nth: 1, fault: { kind: 'reset' } }`. */
  async setFaults(rules: readonly object[]): Promise<void> {
    await this.#ask('faults', { method: 'PUT', body: JSON.stringify(rules) })
  }

  /** Ends the portal. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.ref()
    this.#process.stdin.end()
    await ended
  }

  /** As {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #ask(path: string, init?: RequestInit): Promise<unknown> {
    const reply = await fetch(this.control + path, init)
    if (!reply.ok) throw new Error(`the emulator refused \`${path}\`: ${await reply.text()}`)
    return reply.json()
  }
}

/**
 * Starts a local Bitrix24 portal for your own tests, until {@link Emulator.stop}.
 *
 * ```js
 * import { Client } from 'b24delete'
 * import { startEmulator } from 'b24delete/testing'
 *
 * const emulator = await startEmulator({ leads: 3, limits: 'off' })
 * const client = new Client({ webhook: emulator.webhook })
 * await client.deleteLead(2)
 * console.log((await emulator.snapshot()).leads)
 * await emulator.stop()
 * // prints: [ 1, 3 ]
 * ```
 *
 * @throws {Error} when it cannot start, with its own words.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const command = [join(__dirname, 'cli.js'), 'emulator', ...argumentsOf(options)]
  const process = spawn(globalThis.process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  process.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const lines = createInterface({ input: process.stdout })
  const ended = once(process, 'close').then(() => {
    throw new Error(`the emulator did not start: ${complaints.trim()}`)
  })
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  // From now on its end is no failure, and a test that forgets to stop it can end all the same.
  ended.catch(() => undefined)
  process.unref()
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    ;(stream as unknown as { unref(): void }).unref()
  }
  return new Emulator(process, JSON.parse(line))
}

/** `linksPerLead: 2` becomes `--links-per-lead=2`. */
function argumentsOf(options: EmulatorOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (value === undefined || value === false) return []
    if (value === true) return [option]
    if (typeof value !== 'object') return [`${option}=${value}`]
    return Object.entries(value).map(([method, seconds]) => `${option}=${method}=${seconds}`)
  })
}
