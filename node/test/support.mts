import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { B24Error, Client, type ClientSettings, Operation } from 'b24delete'
import { type Emulator, type EmulatorOptions, startEmulator } from 'b24delete/testing'

/** Without limits, so that no test waits. */
const UNLIMITED = { limits: 'off', operating: 'off' }

/** A portal until the end of the test, and a client for it. */
export async function portal(
  t: TestContext,
  options: EmulatorOptions = {},
  settings: ClientSettings = {},
): Promise<{ emulator: Emulator; client: Client }> {
  const emulator = await startEmulator({ ...UNLIMITED, ...options })
  t.after(() => emulator.stop())
  return { emulator, client: new Client({ webhook: emulator.webhook, ...UNLIMITED, ...settings }) }
}

/** The error that a promise rejects with. */
export async function rejected<E extends Error = B24Error>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => E = B24Error as never,
): Promise<E> {
  const error = await promise.then(
    (value) => assert.fail(`it resolved to ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof kind, String(error))
  return error
}

/** The error that a function throws. */
export function thrown(work: () => unknown): B24Error {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof B24Error, String(error))
    return error
  }
  assert.fail('it did not throw')
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a module of its own, written beside this one, in a process of its own that works in `directory`. */
export async function inProcess(
  name: string,
  source: string,
  environment: Record<string, string> = {},
  flags: readonly string[] = [],
  directory = import.meta.dirname,
): Promise<Ended> {
  const path = join(import.meta.dirname, name)
  writeFileSync(path, source)
  return ended(process.execPath, [...flags, path], environment, '', directory)
}

/** A directory until the end of the test. */
export function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'b24delete-test-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

/** Asks again until it is so, for half a minute. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Runs a program to its end. */
export async function ended(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  input = '',
  directory = process.cwd(),
): Promise<Ended> {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, cwd: directory })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  child.stdin.end(input)
  const [code, signal] = await once(child, 'close')
  return { code, signal, ...output }
}

/** The line of this call in the file of the test, as a stack names it. */
export function firstFrame(error: Error): string {
  return error.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? ''
}

/** Operations that delete the leads of a range. */
export const leads = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => Operation.lead(first + index))

/** The path of a job that is not there yet. */
export const place = (t: TestContext) => join(directory(t), 'cleanup.b24job')

/** Everything that there is to iterate over. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
