import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AuthError, Client, LocalError, type OAuthOptions, type TokenStore } from 'b24delete'
import type { Emulator } from 'b24delete/testing'
import { portal, rejected } from './support.mjs'

function application(emulator: Emulator, options: Partial<OAuthOptions>): Client {
  const oauth = {
    rest: emulator.oauthRest,
    tokenEndpoint: emulator.oauthToken,
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
    ...options,
  }
  return new Client({ oauth, limits: 'off', operating: 'off' })
}

/** A store as a user would write it over a database. */
class Store implements TokenStore {
  readonly calls: string[] = []
  text: string | null = null

  async load(): Promise<string | null> {
    this.calls.push('load')
    await new Promise((resolve) => setTimeout(resolve, 5))
    return this.text
  }

  async save(tokens: string): Promise<void> {
    this.calls.push('save')
    await new Promise((resolve) => setTimeout(resolve, 5))
    this.text = tokens
  }

  async lock(): Promise<() => void> {
    this.calls.push('lock')
    return () => this.calls.push('unlock')
  }
}

test('tokens are kept in the user’s own store, and read from it', async (t) => {
  const { emulator } = await portal(t, { leads: 9 })
  const store = new Store()
  const first = application(emulator, { store, refreshToken: emulator.refreshToken })
  await Promise.all([1, 2, 3].map((id) => first.deleteLead(id)))
  assert.deepEqual(
    store.calls.filter((call) => call !== 'load'),
    ['lock', 'save', 'unlock'],
    'one renewal',
  )
  assert.equal(first.userId, 1)

  const saved = store.text
  const second = application(emulator, { store })
  assert.equal((await second.deleteLead(4)).status, 'deleted')
  assert.equal(store.text, saved, 'the access token is still good')
  await second.oauth?.refresh()
  assert.notEqual(store.text, saved)
  assert.equal((await first.deleteLead(5)).status, 'deleted')
})

test('a store that fails is told, and nothing is sent', async (t) => {
  const { emulator } = await portal(t, { leads: 1 })
  const load = () => Promise.reject(new Error('the database is away'))
  for (const store of [
    { load, save: () => undefined },
    { load: () => 5 as never, save: () => undefined },
    { load: () => '{"v":1}', save: () => undefined },
  ]) {
    const client = application(emulator, { store, refreshToken: emulator.refreshToken })
    const error = await rejected(client.deleteLead(1), LocalError)
    assert.deepEqual([error.kind, error.effect], ['config', 'not_sent'])
  }
  const client = application(emulator, { store: { load, save: () => undefined } })
  assert.match((await rejected(client.deleteLead(1))).message, /the database is away/)
})

test('a file keeps tokens for its owner only', async (t) => {
  const { emulator } = await portal(t, { leads: 2 })
  const directory = mkdtempSync(join(tmpdir(), 'b24delete-tokens-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const tokenFile = join(directory, 'tokens.json')
  await application(emulator, { tokenFile, refreshToken: emulator.refreshToken }).deleteLead(1)
  assert.equal(statSync(tokenFile).mode & 0o777, 0o600)
  assert.ok(readFileSync(tokenFile, 'utf8').includes('access_token'))
  assert.equal((await application(emulator, { tokenFile }).deleteLead(2)).status, 'deleted')
})

test('a user logs in with the code of the redirect', async (t) => {
  const { emulator } = await portal(t, { leads: 1 })
  const client = application(emulator, { store: new Store() })
  const { oauth } = client
  assert.ok(oauth)
  const url = new URL(oauth.authorizeUrl('state & more'))
  assert.equal(url.searchParams.get('state'), 'state & more')
  const reply = await fetch(url, { redirect: 'manual' })
  const code = new URL(reply.headers.get('location') ?? '').searchParams.get('code')
  assert.ok(code)
  const wrong = await rejected(oauth.logIn('wrong'), AuthError)
  assert.equal(wrong.kind, 'refresh_failed')
  await oauth.logIn(code)
  assert.equal(client.userId, 1)
  assert.equal((await client.deleteLead(1)).status, 'deleted')
  await rejected(oauth.logIn(5 as never))
  assert.equal(new Client({ webhook: emulator.webhook }).oauth, null)
})
