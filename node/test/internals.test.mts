// What users cannot see but rely on: the border between TypeScript and the native module, and how it is found.
import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import * as b24delete from 'b24delete'
import { directory, ended, firstFrame } from './support.mjs'

const require = createRequire(import.meta.url)
const root = dirname(require.resolve('b24delete/package.json'))
const internal = (name: string) => require(join(root, 'dist', name))
const { native } = internal('native.js')

test('every kind of error has its class, and both sides know it', () => {
  const { FAMILIES } = internal('error-kinds.js') as { FAMILIES: Record<string, string> }
  const { errorFrom } = internal('errors.js')
  const { CallSite } = internal('call-site.js')
  const classes: Record<string, unknown> = { ...b24delete }
  const kinds = Object.entries(FAMILIES)
  assert.ok(kinds.length >= 30, `${kinds.length} kinds`)
  for (const [kind, family] of kinds) {
    const fields = native.notSent(kind, 'as told')
    assert.equal(fields.kind, kind, 'the engine has another word')
    const make = () => errorFrom(fields, new CallSite(make))
    const error = make()
    assert.ok(error instanceof (classes[family] as typeof b24delete.B24Error), kind)
    assert.ok(error instanceof b24delete.B24Error && error instanceof Error)
    assert.equal(error.name, kind === 'cancelled' ? 'AbortError' : family)
    assert.deepEqual([error.kind, error.effect, error.description], [kind, 'not_sent', 'as told'])
    assert.match(firstFrame(error), /internals\.test\.mjs/)
  }
  const names = Object.keys(classes).filter((name) => name.endsWith('Error') && name !== 'B24Error')
  assert.deepEqual(new Set(names), new Set(Object.values(FAMILIES)))
  assert.equal(native.notSent('no such kind', '').kind, 'internal')
})

test('the native module has exactly what TypeScript takes it to have', () => {
  const interfaces = declared(readFileSync(join(root, 'dist', 'native.d.ts'), 'utf8'))
  const classes = [...interfaces.keys()].filter((name) => /^Native(?!Module$|Feed$)/.test(name))
  for (const name of classes) {
    const members = Object.getOwnPropertyNames(native[name].prototype).filter(
      (word) => word !== 'constructor',
    )
    assert.deepEqual(members.sort(), interfaces.get(name)?.sort(), name)
  }
  const functions = interfaces.get('NativeModule')?.filter((name) => !classes.includes(name)) ?? []
  assert.deepEqual(Object.keys(native).sort(), [...functions, ...classes].sort())
  assert.ok(classes.length >= 8 && functions.length >= 8)
})

/** The names of the members of every interface in declarations, with those that it inherits. */
function declared(text: string): Map<string, string[]> {
  const interfaces = new Map<string, string[]>()
  for (const [, name, parent, body] of text.matchAll(
    /^export interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}/gms,
  )) {
    const own = [...(body as string).matchAll(/^ {4}(?:readonly )?(\w+)\??[(:]/gm)].map(
      ([, word]) => word as string,
    )
    interfaces.set(name as string, [...own, ...(interfaces.get(parent ?? '') ?? [])])
  }
  return interfaces
}

const linux = { skip: process.platform !== 'linux' }
test('the platform is known without a report, which takes long, and as the report has it', linux, () => {
  const report = process.report as NodeJS.ProcessReport & { getReport: () => unknown }
  const make = report.getReport
  const { platformName } = internal('platform.js')
  const { header } = make.call(report) as { header: { glibcVersionRuntime?: string } }
  report.getReport = () => assert.fail('a report is made')
  try {
    const library = header.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
    assert.equal(platformName(), ['linux', process.arch, library].join('-'))
  } finally {
    report.getReport = make
  }
})

test('where no native module fits, loading says what is needed', async (t) => {
  const place = join(directory(t), 'node_modules', 'b24delete')
  cpSync(root, place, { recursive: true })
  const load = (before: string) =>
    ended(process.execPath, ['--eval', `${before}; require(${JSON.stringify(place)})`], {}, '', place)
  const missing = await load('')
  assert.notEqual(missing.code, 0)
  assert.match(missing.stderr, /b24delete needs the package `@b24delete\/[\w-]+`, which is not installed/)
  assert.match(missing.stderr, /hint: install without `--omit=optional`/)
  const elsewhere = await load(`Object.defineProperty(process, 'platform', { value: 'plan9' })`)
  assert.notEqual(elsewhere.code, 0)
  assert.match(elsewhere.stderr, /no native module for this platform, `plan9-\w+`; those that exist: [\w-]+/)
  assert.match(elsewhere.stderr, /hint: .*source/)
})
