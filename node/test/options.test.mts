import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { B24Error, Client, type ClientEvent, LocalError, Operation } from 'b24delete'
import { firstFrame, inProcess, portal, rejected, thrown } from './support.mjs'

const SECRET = 's3cretc0de'
const WEBHOOK = `https://example.bitrix24.com/rest/1/${SECRET}/`

test('options that are not allowed are named, and secrets are not', () => {
  const oauth = { rest: 'https://example.bitrix24.com/rest/', clientId: 'local.1', clientSecret: SECRET }
  const wrong: [unknown, RegExp][] = [
    [undefined, /the options of a client must be an object/],
    [WEBHOOK, /the options of a client must be an object/],
    [{}, /neither a webhook URL nor an application was given/],
    [{ webhook: WEBHOOK, oauth }, /a webhook URL and an application were given/],
    [{ webhook: 5 }, /`webhook` has a value that is not allowed: a string is needed/],
    [{ webhook: new URL(WEBHOOK) }, /`webhook` has a value/],
    [{ webhook: `http://example.bitrix24.com/rest/1/${SECRET}/` }, /unencrypted/],
    [
      { webhook: WEBHOOK, request_timeout: 5 },
      /`request_timeout` is not among the options of a client: `webhook`/,
    ],
    [{ webhook: WEBHOOK, limits: 'many' }, /`many` is not a limit: `standard`/],
    [{ webhook: WEBHOOK, operating: '1' }, /`1` is not an operating limit/],
    [{ webhook: WEBHOOK, api: 'new' }, /`new` is not an api/],
    [{ webhook: WEBHOOK, requestTimeout: -1 }, /`requestTimeout` -1 is not allowed/],
    [{ webhook: WEBHOOK, requestTimeout: '5' }, /`requestTimeout` has a value/],
    [{ webhook: WEBHOOK, connectTimeout: 1e9 }, /connect timeout .* is not allowed/],
    [{ webhook: WEBHOOK, settleTime: Number.NaN }, /`settleTime` NaN is not allowed/],
    [{ webhook: WEBHOOK, concurrency: 1.5 }, /`concurrency` 1.5 is not allowed/],
    [{ webhook: WEBHOOK, concurrency: 65 }, /concurrency 65 is not allowed: 1 to 64/],
    [{ webhook: WEBHOOK, onEvent: {} }, /`onEvent` has a value/],
    [{ oauth: { ...oauth, clientSecret: undefined } }, /`oauth` needs `clientSecret`/],
    [{ oauth: { ...oauth, secret: SECRET } }, /`secret` is not among `oauth`/],
    [{ oauth: { ...oauth, tokenRequest: 'put' } }, /`put` is not a token request/],
    [{ oauth: { ...oauth, allowedHosts: 'here' } }, /`allowedHosts` has a value/],
    [{ oauth: { ...oauth, store: { load: () => null } } }, /`store` needs the functions `load` and `save`/],
    [{ oauth: { ...oauth, store: { load: 1, save: 1 } } }, /`load` has a value/],
    [{ oauth: { ...oauth, tokenFile: 'f', store: { load() {}, save() {} } } }, /`store` and `tokenFile`/],
  ]
  for (const [options, text] of wrong) {
    const error = thrown(() => new Client(options as never))
    assert.ok(error instanceof LocalError)
    assert.equal(error.kind, 'config')
    assert.match(error.message, text)
    assert.match(firstFrame(error), /options\.test\.mjs/)
    assert.ok(!inspect(error).includes(SECRET), inspect(error))
  }
})

test('a client shows no secret', () => {
  const clients = [
    new Client({ webhook: WEBHOOK }),
    new Client({
      oauth: {
        rest: 'https://example.bitrix24.com/rest/',
        clientId: 'local.1',
        clientSecret: SECRET,
        refreshToken: SECRET,
      },
    }),
  ]
  for (const client of clients) {
    const shown = inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client) + String(client)
    assert.ok(!shown.includes(SECRET), shown)
    assert.match(shown, /example\.bitrix24\.com/)
    assert.equal(client.host, 'example.bitrix24.com')
  }
  assert.deepEqual(
    clients.map(({ userId }) => userId),
    [1, null],
  )
  assert.deepEqual(
    clients.map(({ oauth }) => oauth === null),
    [true, false],
  )
})

test('events tell what happens, without secrets', async (t) => {
  const events: ClientEvent[] = []
  const onEvent = (event: ClientEvent) => events.push(event)
  const { emulator, client } = await portal(t, { leads: 20 }, { onEvent, settleTime: 0.5 })
  await emulator.setFaults([{ method: 'batch', nth: 1, fault: { kind: 'broken_off' } }])
  const { deleted } = await client.deleteMany([1, 2, 3].map(Operation.lead)).finish()
  assert.equal(deleted, 3)
  assert.deepEqual(events[0], { type: 'sending', method: 'batch', operations: 2, lookup: false })
  const retrying = events.find((event) => event.type === 'retrying')
  assert.ok(retrying?.error instanceof B24Error)
  assert.equal(retrying.operations, 2)
  const waiting = events.find((event) => event.type === 'waiting')
  assert.ok(waiting && waiting.seconds > 0 && waiting.reason.length > 0)
  assert.ok(events.some((event) => event.type === 'sending' && event.lookup))
  const code = emulator.webhook.split('/').at(-2) as string
  assert.ok(!inspect(events, { depth: 9 }).includes(code))
})

test('an exception in `onEvent` is a warning', async (t) => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const onEvent = () => {
    throw new Error('mine')
  }
  const { client } = await portal(t, { leads: 1 }, { onEvent })
  assert.equal((await client.deleteLead(1)).status, 'deleted')
  assert.equal((await warned).message, 'mine')
})

test('the environment and a profile name the portal', async (t) => {
  const { emulator } = await portal(t, { leads: 5 })
  const directory = mkdtempSync(join(tmpdir(), 'b24delete-profile-'))
  t.after(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'b24delete'))
  const profiles = join(directory, 'b24delete', 'profiles.toml')
  writeFileSync(profiles, `[trial]\nwebhook = "${emulator.webhook}"\n`, { mode: 0o600 })
  const environment = { B24_WEBHOOK: emulator.webhook, XDG_CONFIG_HOME: directory }
  const source = `
    import { Client } from 'b24delete'
    console.log((await Client.fromEnv().deleteLead(1)).status)
    console.log((await Client.fromProfile('trial', { limits: 'off', api: 'item' }).deleteLead(2)).status)
    const tries = [
      () => Client.fromProfile('other'),
      () => Client.fromProfile(5),
      () => Client.fromEnv({ webhook: process.env.B24_WEBHOOK }),
      () => { process.env.B24_WEBHOOK = ''; Client.fromEnv() },
    ]
    for (const fails of tries) try { fails() } catch (error) { console.log(error.name, error.kind, error.description) }`
  const { stdout, stderr } = await inProcess('environment.mjs', source, environment)
  const lines = stdout.trim().split('\n')
  assert.equal(stderr, '')
  assert.deepEqual(lines.slice(0, 2), ['deleted', 'deleted'])
  assert.match(lines[2] ?? '', /^LocalError config .*profiles\.toml` has no profile `other`; it has `trial`$/)
  assert.match(lines[3] ?? '', /^LocalError config the name of a profile must be a string$/)
  assert.match(lines[4] ?? '', /^LocalError config `webhook` is not among the options of a client/)
  assert.match(lines[5] ?? '', /^LocalError config no portal was given; /)
})

test('the webhook is masked in the errors of a portal that echoes it', async (t) => {
  const { emulator, client } = await portal(t, { leads: 1 })
  const code = emulator.webhook.split('/').at(-2) as string
  await emulator.setFaults([
    {
      method: 'crm.lead.delete',
      fault: { kind: 'error', code: 'ACCESS_DENIED', description: `no: ${code}` },
    },
  ])
  const error = await rejected(client.deleteLead(1))
  assert.equal(error.kind, 'access_denied')
  assert.ok(!inspect(error).includes(code) && error.description.includes('***'))
})
