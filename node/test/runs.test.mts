import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type B24Error, InvalidRequestError, NotFoundError, Operation, type Outcome } from 'b24delete'
import { portal, rejected, thrown } from './support.mjs'

const leads = (count: number) => Array.from({ length: count }, (_, index) => Operation.lead(index + 1))

test('every operation has one outcome, from iterables of all kinds', async (t) => {
  const { emulator, client } = await portal(t, { leads: 300, contacts: 300 })
  async function* slowly() {
    for (let id = 101; id <= 200; id++) {
      if (id % 25 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      yield Operation.lead(id)
    }
  }
  function* contacts() {
    for (let id = 1; id <= 300; id++) yield Operation.contact(id)
  }
  for (const [operations, count] of [
    [leads(100), 100],
    [slowly(), 100],
    [contacts(), 300],
    [new Set([Operation.lead(201)]), 1],
    [[], 0],
  ] as const) {
    const seqs: number[] = []
    const run = client.deleteMany(operations)
    for await (const outcome of run) {
      assert.deepEqual([outcome.status, outcome.confirmedBy, outcome.attempts], ['deleted', 'reply', 1])
      seqs.push(outcome.seq)
    }
    assert.deepEqual(
      seqs.sort((one, other) => one - other),
      Array.from({ length: count }, (_, index) => index),
    )
    const { total, deleted, stoppedBy } = run.summary()
    assert.deepEqual({ total, deleted, stoppedBy }, { total: count, deleted: count, stoppedBy: null })
  }
  assert.equal((await emulator.snapshot()).leads.length, 99)
  assert.equal((await emulator.snapshot()).contacts.length, 0)
})

test('outcomes and the summary have the JSON form of the command line', async (t) => {
  const { client } = await portal(t, { leads: 1, contacts: 1 })
  const operations = [
    Operation.lead(1),
    Operation.contact(7),
    Operation.leadContact({ leadId: 1, contactId: 1 }),
    Operation.leadContactItems(9),
  ]
  const lines: unknown[] = []
  const run = client.deleteMany(operations)
  let error: B24Error | null = null
  for await (const outcome of run) {
    lines[outcome.seq] = JSON.parse(JSON.stringify(outcome))
    if (outcome.seq === 1) error = outcome.error
  }
  assert.deepEqual(lines.slice(0, 2), [
    {
      v: 1,
      type: 'outcome',
      seq: 0,
      method: 'crm.lead.delete',
      lead_id: 1,
      contact_id: null,
      status: 'deleted',
      confirmed_by: 'reply',
      attempts: 1,
      error: null,
    },
    {
      v: 1,
      type: 'outcome',
      seq: 1,
      method: 'crm.contact.delete',
      lead_id: null,
      contact_id: 7,
      status: 'absent',
      confirmed_by: 'reply',
      attempts: 1,
      error: {
        kind: 'not_found',
        code: 'ERROR_CORE',
        description: 'Element not found',
        http_status: 200,
        effect: 'rejected',
      },
    },
  ])
  assert.ok(error instanceof NotFoundError)
  const line = JSON.parse(JSON.stringify(run.summary()))
  const { v, type, total, deleted, deleted_by_lookup, unknown, not_run, stopped_by } = line
  assert.deepEqual(
    { v, type, total, deleted, deleted_by_lookup, unknown, not_run, stopped_by },
    {
      v: 1,
      type: 'summary',
      total: 4,
      deleted: 1,
      deleted_by_lookup: 0,
      unknown: 0,
      not_run: 0,
      stopped_by: null,
    },
  )
  assert.equal(line.absent + line.failed, 3)
})

test('operations are pulled as they are needed', async (t) => {
  const { client } = await portal(t, { leads: 5000 })
  let pulled = 0
  let closed = false
  async function* endless() {
    try {
      for (let id = 1; ; id++) {
        pulled = id
        yield Operation.lead(id)
      }
    } finally {
      closed = true
    }
  }
  const run = client.deleteMany(endless())
  assert.equal(pulled, 0, 'nothing happens before somebody reads')
  let read = 0
  let ahead = 0
  for await (const _outcome of run) {
    read += 1
    if (read % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    ahead = Math.max(ahead, pulled - read)
    if (read === 1000) break
  }
  assert.ok(ahead <= 600, `${ahead} operations were pulled ahead`)
  assert.ok(closed, 'the iterable is closed')
  const { total, deleted, notRun, stoppedBy } = run.summary()
  assert.equal(stoppedBy, 'cancelled')
  assert.equal(total, deleted + notRun)
  assert.equal(total, pulled)
})

test('readers of one run at the same time have every outcome once between them', async (t) => {
  const { client } = await portal(t, { leads: 230 })
  const run = client.deleteMany(leads(230))
  const read = async () => {
    const seqs: number[] = []
    for await (const outcome of run) seqs.push(outcome.seq)
    return seqs
  }
  const all = (await Promise.all([read(), read(), read()])).flat()
  assert.deepEqual(
    all.sort((one, other) => one - other),
    Array.from({ length: 230 }, (_, index) => index),
  )
})

test('nothing comes after the end of a loop, whoever was waiting then', async (t) => {
  const { client } = await portal(t, { leads: 200 })
  const outcomes = client.deleteMany(leads(200))[Symbol.asyncIterator]()
  const waiting = outcomes.next()
  await outcomes.return?.()
  assert.equal((await waiting).done, false)
  assert.equal((await outcomes.next()).done, true)
})

test('leaving the loop sees the pack on the wire through', async (t) => {
  const { emulator, client } = await portal(t, { leads: 400, cost: { 'crm.lead.delete': 0.01 } })
  const run = client.deleteMany(leads(400))
  for await (const outcome of run) {
    if (outcome.seq >= 10) break
  }
  const { deleted, notRun, total, stoppedBy } = run.summary()
  assert.equal(stoppedBy, 'cancelled')
  assert.ok(notRun > 0 && deleted + notRun === total)
  assert.equal((await emulator.snapshot()).leads.length, 400 - deleted)
})

test('an exception in the loop leaves it in the same way', async (t) => {
  const { emulator, client } = await portal(t, { leads: 100 })
  const run = client.deleteMany(leads(100))
  const mine = new Error('mine')
  const read = async () => {
    for await (const _outcome of run) throw mine
  }
  assert.equal(await rejected(read(), Error), mine)
  const { deleted, stoppedBy } = run.summary()
  assert.equal(stoppedBy, 'cancelled')
  assert.equal((await emulator.snapshot()).leads.length, 100 - deleted)
})

test('what the iterable throws surfaces unchanged, after the outcomes', async (t) => {
  const { emulator, client } = await portal(t, { leads: 100 })
  const mine = Object.assign(new Error('the file ended'), { own: true })
  function* failing() {
    for (let id = 1; id <= 70; id++) yield Operation.lead(id)
    throw mine
  }
  async function* failingLater() {
    yield* failing()
  }
  let left = 100
  for (const operations of [failing(), failingLater()]) {
    const outcomes: Outcome[] = []
    const run = client.deleteMany(operations)
    const read = async () => {
      for await (const outcome of run) outcomes.push(outcome)
    }
    assert.equal(await rejected(read(), Error), mine)
    assert.equal(outcomes.length, 70)
    const { stoppedBy, error, deleted, notRun, total } = run.summary()
    assert.equal(stoppedBy, 'source')
    assert.match(error?.message ?? '', /the file ended/)
    assert.equal(total, 70)
    assert.ok(notRun > 0)
    left -= deleted
  }
  assert.equal((await emulator.snapshot()).leads.length, left)
})

test('what is no operation stops the run', async (t) => {
  const { client } = await portal(t, { leads: 3 })
  for (const wrong of [1, '1', null, { leadId: 1 }, Promise.resolve(Operation.lead(1))]) {
    const error = await rejected(client.deleteMany([wrong] as never).finish(), InvalidRequestError)
    assert.equal(error.kind, 'invalid_argument')
    assert.match(error.message, /^item 0 of the operations is/)
  }
  for (const wrong of [5, null, undefined, {}, Operation.lead(1)]) {
    assert.equal(thrown(() => client.deleteMany(wrong as never)).kind, 'invalid_argument')
  }
  for (const options of [{ signal: 1 }, { onProgress: 1 }, { deadline: 1 }, { stopIfFirstAbsent: 0.5 }]) {
    assert.equal(thrown(() => client.deleteMany([], options as never)).kind, 'invalid_argument')
  }
  assert.match(
    thrown(() => client.deleteMany([], { maxFailures: 'x%' as never })).message,
    /`x%` is not a number of failures/,
  )
})

test('a run is cancelled by itself, by a signal, or because it was aborted before', async (t) => {
  const { emulator, client } = await portal(t, { leads: 900 })
  const controller = new AbortController()
  const outcomes: Outcome[] = []
  const run = client.deleteMany(leads(300), { signal: controller.signal })
  for await (const outcome of run) {
    outcomes.push(outcome)
    if (outcomes.length === 20) controller.abort()
  }
  assert.equal(run.summary().stoppedBy, 'cancelled')
  assert.equal(outcomes.length, run.summary().total)
  assert.ok(outcomes.some(({ status }) => status === 'not_run'))

  const own = client.deleteMany(leads(300))
  own.cancel()
  assert.equal((await own.finish()).deleted, 0)
  const before = await client.deleteMany(leads(300), { signal: controller.signal }).finish()
  assert.deepEqual([before.deleted, before.stoppedBy], [0, 'cancelled'])
  const deleted = outcomes.filter(({ status }) => status === 'deleted').length
  assert.equal((await emulator.snapshot()).leads.length, 900 - deleted)
})

test('`await using` ends a run', async (t) => {
  const { emulator, client } = await portal(t, { leads: 200 })
  const run = client.deleteMany(leads(200))
  await run[Symbol.asyncIterator]().next()
  await run[Symbol.asyncDispose]()
  const { deleted, total, notRun } = run.summary()
  assert.equal(total, deleted + notRun)
  assert.equal((await emulator.snapshot()).leads.length, 200 - deleted)
})

test('progress is told, and a failure of the listener reaches the reader', async (t) => {
  const { client } = await portal(t, { leads: 300 })
  const totals: number[] = []
  await client.deleteMany(leads(200), { onProgress: ({ total }) => totals.push(total) }).finish()
  assert.equal(totals.at(-1), 200)
  assert.deepEqual(
    totals,
    [...totals].sort((one, other) => one - other),
  )
  const mine = new Error('mine')
  const failing = client.deleteMany(leads(300), {
    onProgress: () => {
      throw mine
    },
  })
  assert.equal(await rejected(failing.finish(), Error), mine)
  assert.equal(failing.summary().stoppedBy, 'cancelled')
})

test('stop rules stop', async (t) => {
  const { client } = await portal(t)
  const absent = await client.deleteMany(leads(500), { stopIfFirstAbsent: 100 }).finish()
  assert.equal(absent.stoppedBy, 'all_absent')
  const { client: refused, emulator } = await portal(t, { leads: 500 })
  await emulator.setFaults([
    {
      method: 'crm.lead.delete',
      fault: { kind: 'error', code: 'ACCESS_DENIED', description: 'Access denied' },
    },
  ])
  const failed = await refused.deleteMany(leads(500), { maxFailures: 10 }).finish()
  assert.equal(failed.stoppedBy, 'max_failures')
  assert.ok(failed.failed > 10 && failed.notRun > 0)
})
