import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { startEmulator } from 'b24delete/testing'
import { directory, inProcess } from './support.mjs'

// The examples are taken from the installed package: from its README and from the comments of its declarations.
const root = dirname(createRequire(import.meta.url).resolve('b24delete/package.json'))
const declarations = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.d.ts'))
// And from the pages of the project, which lie beside these tests.
const project = join(import.meta.dirname, '..', 'pages')
const pages = readdirSync(project).filter((name) => name.endsWith('.md'))
const sources = [
  ...['README.md', ...declarations.map((name) => join('dist', name))].map((name) => [root, name] as const),
  ...pages.map((name) => [project, name] as const),
]
const examples = sources.flatMap(([folder, source]) => {
  const text = readFileSync(join(folder, source), 'utf8').replaceAll(/^ +\* ?/gm, '')
  return [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code], index) => ({
    name: `${basename(folder)}-${source.replaceAll(/\W/g, '-')}-${index + 1}`,
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
  assert.ok(examples.length >= 12, `${examples.length} examples`)
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
