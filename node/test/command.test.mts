import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startEmulator } from 'b24delete/testing'
import { ended, portal } from './support.mjs'

const manifest = createRequire(import.meta.url).resolve('b24delete/package.json')
const COMMAND = join(dirname(manifest), 'dist', 'cli.js')

test('the command is the command line of the project', async (t) => {
  const { emulator } = await portal(t, { leads: 5 })
  const B24_WEBHOOK = emulator.webhook
  const help = await ended(process.execPath, [COMMAND, '--help'])
  assert.equal(help.code, 0)
  assert.match(help.stdout, /Usage: b24delete \[OPTIONS\] <COMMAND>/)
  const wrong = await ended(process.execPath, [COMMAND, 'lead', '12abc'], { B24_WEBHOOK })
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /12abc/)
  const args = [COMMAND, 'lead', '--from', '-', '--yes', '--output', 'jsonl']
  const piped = await ended(process.execPath, args, { B24_WEBHOOK }, '1\n2\n99\n')
  assert.equal(piped.code, 0)
  const lines = piped.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ status }) => status),
    ['deleted', 'deleted', 'absent', undefined],
  )
  assert.equal(lines.at(-1).type, 'summary')
  assert.deepEqual((await emulator.snapshot()).leads, [3, 4, 5])
})

test('Ctrl-C ends it with 130 after the pack on the wire', async (t) => {
  const { emulator } = await portal(t, { leads: 300, cost: { 'crm.lead.delete': 0.05 } })
  const args = [COMMAND, 'lead', '1-300', '--yes', '--output', 'jsonl']
  const child = spawn(process.execPath, args, { env: { ...process.env, B24_WEBHOOK: emulator.webhook } })
  const lines: { status?: string; type: string }[] = []
  const reading = createInterface({ input: child.stdout }).on('line', (line) => {
    if (lines.push(JSON.parse(line)) === 3) child.kill('SIGINT')
  })
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(reading, 'close')])
  assert.deepEqual([code, signal], [130, null])
  const deleted = lines.filter(({ status }) => status === 'deleted').length
  assert.equal((await emulator.snapshot()).leads.length, 300 - deleted)
  assert.ok(deleted > 0 && deleted < 300)
})

test('a reader who goes away ends it', async (t) => {
  const { emulator } = await portal(t, { leads: 3000 })
  const args = [COMMAND, 'lead', '1-3000', '--yes', '--output', 'jsonl', '--limits', 'off']
  const env = { ...process.env, B24_WEBHOOK: emulator.webhook }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.once('data', () => child.stdout.destroy())
  const [code, signal] = await once(child, 'exit')
  assert.equal(signal, null)
  assert.notEqual(code, 0)
  assert.ok((await emulator.snapshot()).leads.length > 0)
})

test('an emulator that cannot start says why, and one that nobody stops holds up nothing', async () => {
  await assert.rejects(startEmulator({ limits: 'many' }), /the emulator did not start: .*many/s)
  await assert.rejects(startEmulator({ lead: 5 } as never), /--lead/)
  const source = `import('b24delete/testing').then(({ startEmulator }) => startEmulator({ leads: 1 })).then(
    ({ webhook }) => console.log(webhook.startsWith('http://127.0.0.1:')))`
  const { code, stdout } = await ended(process.execPath, ['--input-type=module', '--eval', source])
  assert.deepEqual([code, stdout], [0, 'true\n'])
  const emulator = await startEmulator({ tls: true, connectProxy: true })
  assert.match(emulator.webhook, /^https:/)
  assert.ok(emulator.caFile && emulator.proxy)
  assert.deepEqual((await emulator.snapshot()).leads, [])
  await emulator[Symbol.asyncDispose]()
  await emulator.stop()
  await assert.rejects(fetch(`${emulator.control}snapshot`))
})
