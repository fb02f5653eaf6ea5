import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  Client,
  InvalidRequestError,
  Job,
  LocalError,
  NotFoundError,
  Operation,
  type Outcome,
  type PlanOptions,
} from 'b24delete'
import { all, firstFrame, inProcess, leads, place, portal, rejected, thrown } from './support.mjs'

test('a job is planned, run, and keeps every outcome in its file', async (t) => {
  const { emulator, client } = await portal(t, { leads: 120 })
  const path = place(t)
  async function* operations() {
    yield* leads(1, 100)
    yield Operation.contact(77)
    yield Operation.lead(5)
  }
  const planned = await Job.plan(path, client, operations(), { expect: 101 })
  assert.equal(planned.path, path)
  const { state, started, operations: count, duplicates, methods, host, userId } = await planned.overview()
  assert.deepEqual(
    { state, started, count, duplicates, methods, host, userId },
    {
      state: 'planned',
      started: null,
      count: 101,
      duplicates: 1,
      methods: { 'crm.lead.delete': 100, 'crm.contact.delete': 1 },
      host: client.host,
      userId: client.userId,
    },
  )
  assert.deepEqual(await all(planned.outcomes()), [])
  assert.equal((await emulator.executions()).length, 0, 'planning deletes nothing')

  const totals: number[] = []
  const run = planned.run(client, { expect: 101, onProgress: ({ total }) => totals.push(total) })
  assert.deepEqual([run.head, run.summary().total], [null, 0])
  const outcomes = await all(run)
  assert.equal(totals.at(-1), 101)
  const { deleted, absent, stoppedBy } = run.summary()
  assert.deepEqual({ deleted, absent, stoppedBy }, { deleted: 100, absent: 1, stoppedBy: null })
  assert.equal((await emulator.snapshot()).leads.length, 20)

  const job = await Job.open(path)
  const kept = await all(job.outcomes())
  const bySeq = (one: Outcome, other: Outcome) => one.seq - other.seq
  assert.deepEqual(JSON.stringify(kept), JSON.stringify(outcomes.sort(bySeq)))
  assert.ok(kept.at(-1)?.error instanceof NotFoundError)
  const overview = await job.overview()
  assert.deepEqual([overview.state, overview.runs, overview.head], ['finished', 1, run.head])
  assert.ok(overview.created instanceof Date && overview.finished && overview.finished >= overview.created)
  assert.deepEqual(await all(job.run(client)), [], 'nothing is done twice')
})

test('a job whose process was killed goes on', async (t) => {
  const { emulator, client } = await portal(t, { leads: 400, cost: { 'crm.lead.delete': 0.01 } })
  const path = place(t)
  await Job.plan(path, client, leads(1, 400))
  const source = `
    import { Client, Job } from 'b24delete'
    const client = new Client({ webhook: process.env.B24_WEBHOOK, limits: 'off', operating: 'off' })
    const job = await Job.open(process.env.JOB)
    let read = 0
    for await (const outcome of job.run(client)) if (++read === 30) process.kill(process.pid, 'SIGKILL')`
  const { signal } = await inProcess('killed.mjs', source, { B24_WEBHOOK: emulator.webhook, JOB: path })
  assert.equal(signal, 'SIGKILL')
  const job = await Job.open(path)
  const { state, summary } = await job.overview()
  assert.equal(state, 'running')
  assert.ok(summary.deleted >= 30 && summary.deleted < 400)
  // What the killed process may have sent is not sent again before it has settled.
  const settled = new Client({ webhook: emulator.webhook, limits: 'off', operating: 'off', settleTime: 1 })
  const { total } = await job.run(settled).finish()
  assert.ok(total > 0 && total <= 400 - summary.deleted)
  assert.equal((await job.overview()).state, 'finished')
  const kept = await all(job.outcomes())
  assert.deepEqual([kept.length, new Set(kept.map(({ status }) => status))], [400, new Set(['deleted'])])
  assert.deepEqual((await emulator.snapshot()).leads, [])
  const executed = (await emulator.executions()).length
  assert.equal(executed, 400, 'no lead was deleted twice')
})

test('leaving the loop, a signal and `cancel` end a run, and the next one goes on', async (t) => {
  const { emulator, client } = await portal(t, { leads: 300, cost: { 'crm.lead.delete': 0.005 } })
  const job = await Job.plan(place(t), client, leads(1, 300))
  const run = job.run(client)
  for await (const _outcome of run) break
  assert.equal(run.summary().stoppedBy, 'cancelled')
  const { deleted } = run.summary()
  assert.ok(deleted > 0 && deleted < 300)
  assert.equal((await emulator.snapshot()).leads.length, 300 - deleted)

  const controller = new AbortController()
  const aborted = job.run(client, { signal: controller.signal, onProgress: () => controller.abort() })
  assert.equal((await aborted.finish()).stoppedBy, 'cancelled')
  const left = (await emulator.snapshot()).leads.length
  assert.ok(left > 0)
  for (const early of [job.run(client, { signal: controller.signal }), job.run(client)]) {
    early.cancel()
    const { total, stoppedBy } = await early.finish()
    assert.deepEqual([total, stoppedBy], [0, 'cancelled'])
  }
  assert.equal(
    (await emulator.snapshot()).leads.length,
    left,
    'a run that was cancelled before sends nothing',
  )
  assert.equal((await job.run(client).finish()).deleted, left)
  assert.deepEqual((await emulator.snapshot()).leads, [])
})

test('two runs of one job, another portal and a wrong number are refused before anything is sent', async (t) => {
  const { client } = await portal(t, { leads: 300, cost: { 'crm.lead.delete': 0.01 } })
  const other = await portal(t, { leads: 300 })
  const path = place(t)
  const job = await Job.plan(path, client, leads(1, 300))
  const refusals: [() => Promise<unknown>, RegExp][] = [
    [() => job.run(other.client).finish(), /was planned for/],
    [() => job.run(client, { expect: 299 }).finish(), /has 300 operations, not 299/],
    [() => Job.plan(path, client, leads(1, 3)), /exist/],
    [
      () => Job.plan(`${path}2`, client, leads(1, 3), { expect: 4 }),
      /3 different operations were given, not 4/,
    ],
    [() => Job.plan(join(path, 'x', 'y.b24job'), client, leads(1, 3)), /y\.b24job/],
    [() => Job.open(`${path}2`), /cleanup\.b24job2/],
  ]
  for (const [refused, text] of refusals) {
    const error = await rejected(refused(), LocalError)
    assert.deepEqual([error.kind, error.effect], ['job', 'not_sent'])
    assert.match(error.message, text)
    assert.match(firstFrame(error), /jobs\.test\.mjs/)
  }
  assert.ok(!existsSync(`${path}2`), 'a plan that is not completed leaves no file')

  const running = job.run(client)
  const outcomes = running[Symbol.asyncIterator]()
  await outcomes.next()
  const source = `
    import { Client, Job } from 'b24delete'
    const client = new Client({ webhook: process.env.B24_WEBHOOK })
    const job = await Job.open(process.env.JOB)
    await job.run(client).finish().catch((error) => console.log(error.name, error.kind))
    await job.forget().catch((error) => console.log(error.name, error.kind))
    console.log((await job.overview()).state)`
  const environment = { B24_WEBHOOK: `http://${client.host}/rest/1/abcdefgh/`, JOB: path }
  const { stdout } = await inProcess('locked.mjs', source, environment)
  assert.equal(stdout, 'LocalError job\nLocalError job\nrunning\n')
  assert.equal((await rejected(job.run(client).finish(), LocalError)).kind, 'job')
  await running.finish()
  assert.equal((await job.overview()).state, 'finished')
  assert.deepEqual(await other.emulator.executions(), [])
})

test('what is no job is refused', async (t) => {
  const { emulator, client } = await portal(t, { leads: 3 })
  const foreign = place(t)
  writeFileSync(foreign, 'my notes')
  const error = await rejected(Job.open(foreign), LocalError)
  assert.deepEqual([error.kind, error.effect], ['job', 'not_sent'])
  assert.equal((await rejected(Job.plan(foreign, client, leads(1, 3)), LocalError)).kind, 'job')
  for (const path of [5, null, undefined, '', {}]) {
    await rejected(Job.open(path as never), InvalidRequestError)
    await rejected(Job.plan(path as never, client, []), InvalidRequestError)
  }
  const path = place(t)
  await rejected(Job.plan(path, {} as never, []), InvalidRequestError)
  await rejected(Job.plan(path, client, 5 as never), InvalidRequestError)
  await rejected(Job.plan(path, client, [1] as never), InvalidRequestError)
  for (const options of [{ backup: 1 }, { expect: -1 }, { maxFailures: true }, { keep: true }]) {
    await rejected(Job.plan(path, client, [], options as never), InvalidRequestError)
  }
  assert.ok(!existsSync(path))
  const job = await Job.plan(path, client, leads(1, 3))
  for (const options of [{ signal: 1 }, { onProgress: 1 }, { allowAbsent: 1 }, { backup: true }]) {
    assert.equal(thrown(() => job.run(client, options as never)).kind, 'invalid_argument')
  }
  assert.equal(thrown(() => job.run(null as never)).kind, 'invalid_argument')
  await rejected(job.verify('12'), InvalidRequestError)
  await rejected(job.verify(12 as never), InvalidRequestError)
  await rejected(job.report('pdf' as never), InvalidRequestError)
  await rejected(job.restore(client, { force: true } as never), InvalidRequestError)
  assert.deepEqual(await emulator.executions(), [])
})

test('a source that throws and a signal leave no file, and close the source', async (t) => {
  const { client } = await portal(t, { leads: 3 })
  const path = place(t)
  const mine = new Error('mine')
  function* failing() {
    yield* leads(1, 3)
    throw mine
  }
  assert.equal(await rejected(Job.plan(path, client, failing()), Error), mine)
  let closed = false
  const controller = new AbortController()
  async function* endless() {
    try {
      for (let id = 1; ; id++) {
        if (id === 500) controller.abort('enough')
        yield Operation.lead(id)
      }
    } finally {
      closed = true
    }
  }
  const options = { signal: controller.signal }
  const error = await rejected(Job.plan(path, client, endless(), options), LocalError)
  assert.deepEqual([error.name, error.kind, error.cause], ['AbortError', 'cancelled', 'enough'])
  assert.ok(closed, 'the source is closed')
  assert.ok(!existsSync(path))
})

test('a worker that ends while it plans leaves no job that looks complete', async (t) => {
  const { emulator } = await portal(t)
  const path = place(t)
  const source = `
    import { Worker } from 'node:worker_threads'
    import { setTimeout as sleep } from 'node:timers/promises'
    const code = \`
      const { Client, Job, Operation } = require('b24delete')
      const { parentPort } = require('node:worker_threads')
      async function* operations() {
        for (let id = 1; id <= 200; id++) yield Operation.lead(id)
        parentPort.postMessage('half')
        await new Promise(() => setInterval(() => {}, 1000))
      }
      Job.plan(process.env.JOB, new Client({ webhook: process.env.B24_WEBHOOK }), operations())\`
    const worker = new Worker(code, { eval: true })
    await new Promise((resolve) => worker.once('message', resolve))
    await sleep(50)
    await worker.terminate()
    await sleep(300)`
  const { code, stderr } = await inProcess('half.mjs', source, { B24_WEBHOOK: emulator.webhook, JOB: path })
  assert.deepEqual([code, stderr, existsSync(path)], [0, '', false])
})

test('a look and a check of a job find what is there and what was changed', async (t) => {
  const { emulator, client } = await portal(t, { leads: 4, contacts: 4, linksPerLead: 2 })
  const job = await Job.plan(place(t), client, [...leads(1, 4), Operation.lead(9)], { look: true })
  const { operations, lookedAt, notVisible, bindings } = await job.planSummary()
  assert.deepEqual(
    { operations, lookedAt, notVisible, bindings },
    {
      operations: 5,
      lookedAt: 5,
      notVisible: 1,
      bindings: 8,
    },
  )
  const planHead = (await job.overview()).head
  await emulator.setFaults([
    {
      method: 'crm.lead.delete',
      fault: { kind: 'error', code: 'ACCESS_DENIED', description: 'Access denied' },
    },
  ])
  const stopped = await job.run(client, { maxFailures: 0 }).finish()
  assert.equal(stopped.stoppedBy, 'max_failures')
  assert.equal((await job.overview()).state, 'aborted')
  await emulator.setFaults([])
  const run = job.run(client)
  await run.finish()
  const { findings, head, keptHead } = await job.verify(run.head as string)
  assert.deepEqual({ findings, head, keptHead }, { findings: [], head: run.head, keptHead: 2 })
  assert.equal((await job.verify(planHead)).keptHead, 0)
  const foreign = await job.verify('0'.repeat(64))
  assert.deepEqual([foreign.keptHead, foreign.findings.length], [null, 1])
})

test('reports have their formats', async (t) => {
  const { client } = await portal(t, { leads: 3 })
  const job = await Job.plan(place(t), client, leads(1, 4))
  await job.run(client).finish()
  const lines = (await job.report('jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ type, status }) => status ?? type),
    ['deleted', 'deleted', 'deleted', 'absent', 'summary'],
  )
  assert.equal((await job.report('csv')).trim().split('\n').length, 5)
  assert.match(await job.report('html'), /^<!doctype html>/i)
  assert.match(await job.report('text'), /3/)
})

test('a report comes part by part, and its making ends with its reading', async (t) => {
  const { client } = await portal(t)
  const job = await Job.plan(place(t), client, leads(1, 5000))
  const parts: string[] = []
  for await (const part of job.reportParts('csv')) parts.push(part)
  assert.ok(parts.length > 1, `${parts.length} parts`)
  assert.equal(parts.join(''), await job.report('csv'))
  for await (const part of job.reportParts('csv')) {
    assert.equal(part, parts[0])
    break
  }
  await rejected(job.reportParts('pdf' as never).next(), InvalidRequestError)
})

test('a plan tells its operations and what it found', async (t) => {
  const { client } = await portal(t, { leads: 3, contacts: 2, linksPerLead: 1 })
  const operations = [
    Operation.lead(1),
    Operation.leadContact({ leadId: 2, contactId: 1 }),
    Operation.lead(9),
  ]
  const told = async (options: PlanOptions) => {
    const rows: unknown[] = []
    const job = await Job.plan(place(t), client, operations, options)
    for await (const { seq, method, leadId, contactId, visible, bindings, title } of job.planned()) {
      rows.push([seq, method, leadId, contactId, visible, bindings, typeof title])
    }
    return rows
  }
  assert.deepEqual(await told({}), [
    [0, 'crm.lead.delete', 1, null, null, null, 'object'],
    [1, 'crm.lead.contact.delete', 2, 1, null, null, 'object'],
    [2, 'crm.lead.delete', 9, null, null, null, 'object'],
  ])
  assert.deepEqual(await told({ look: true }), [
    [0, 'crm.lead.delete', 1, null, true, 1, 'string'],
    [1, 'crm.lead.contact.delete', 2, 1, true, 0, 'string'],
    [2, 'crm.lead.delete', 9, null, false, null, 'object'],
  ])
})
