import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { startEmulator } from 'b24delete/testing'
import { directory, inProcess, portal } from './support.mjs'

// The examples are taken from the installed package: from its README and from the comments of its declarations.
const root = dirname(createRequire(import.meta.url).resolve('b24delete/package.json'))
const declarations = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.d.ts'))
const sources = ['README.md', ...declarations.map((name) => join('dist', name))]
const examples = sources.flatMap((source) => {
  const text = readFileSync(join(root, source), 'utf8').replaceAll(/^ +\* ?/gm, '')
  return [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code], index) => ({
    name: `${source.replaceAll(/\W/g, '-')}-${index + 1}`,
    code: code as string,
  }))
})

/** The example as a CommonJS module. */
function commonJs(code: string): string {
  const required = code.replaceAll(/^import (\{.*?\}) from ('.*?')$/gm, 'const $1 = require($2)')
  assert.ok(!/^import /m.test(required))
  return `(async () => {\n${required}\n})()`
}

test('there are examples', () => {
  assert.ok(examples.length >= 7, `${examples.length} examples`)
})

for (const { name, code } of examples) {
  test(`example ${name} prints what it says, in both kinds of modules`, async (t) => {
    const wanted = [...code.matchAll(/^\/\/ prints: (.*)$/gm)].map(([, line]) => line).join('\n')
    assert.notEqual(wanted, '')
    for (const [extension, source] of [
      ['mjs', code],
      ['cjs', commonJs(code)],
    ] as const) {
      const options = { leads: 200, contacts: 2, linksPerLead: 1, limits: 'off', operating: 'off' }
      const emulator = await startEmulator(options)
      const environment = {
        B24_WEBHOOK: emulator.webhook,
        B24_OAUTH_TOKEN: emulator.oauthToken,
        B24_CLIENT_ID: emulator.clientId,
        B24_CLIENT_SECRET: emulator.clientSecret,
        B24_REFRESH_TOKEN: emulator.refreshToken,
        ...(source.includes('B24_REST') && { B24_REST: emulator.oauthRest }),
      }
      const file = `${name}.${extension}`
      const { code: status, stdout, stderr } = await inProcess(file, source, environment, [], directory(t))
      await emulator.stop()
      assert.deepEqual([status, stderr, stdout.trim()], [0, '', wanted], extension)
    }
  })
}

test('the example on the first page of the project does what it shows', async (t) => {
  const page = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const [example, ...others] = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code as string)
  assert.ok(example && others.length === 0)
  const { emulator } = await portal(t, { leads: 200 })
  const environment = { B24_WEBHOOK: emulator.webhook }
  const { code, stdout, stderr } = await inProcess('first-page.mjs', example, environment)
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(
    stdout,
    /^deleted 1\n15 deleted undefined\n16 deleted undefined\n17 deleted undefined\nSummary /,
  )
  assert.equal((await emulator.snapshot()).leads.length, 196)
})
