import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  B24Error,
  InvalidRequestError,
  LimitError,
  LocalError,
  NotFoundError,
  Operation,
  OutcomeUnknownError,
  TransportError,
} from 'b24delete'
import { firstFrame, portal, rejected, thrown, until } from './support.mjs'

const NO_IDS: unknown[] = [
  ...[
    Number.NaN,
    1.5,
    0,
    -1,
    2 ** 53,
    Number.POSITIVE_INFINITY,
    '12abc',
    '12',
    '',
    null,
    undefined,
    true,
    5n,
  ],
  ...[{}, [], [1], Symbol('id'), () => 1, Object.create(null), new Number(5)],
]

test('the four deletes resolve to what the portal did', async (t) => {
  const { emulator, client } = await portal(t, { leads: 3, contacts: 3, linksPerLead: 2 })
  const before = (await emulator.snapshot()).lead_contacts
  const [first] = before
  assert.ok(first)
  const pair = { leadId: first.lead_id, contactId: first.contact_id }

  const unbound = await client.deleteLeadContact(pair)
  assert.deepEqual(
    { ...unbound, time: null },
    { status: 'deleted', confirmedBy: 'reply', attempts: 1, time: null },
  )
  assert.equal(typeof unbound.time?.duration, 'number')
  assert.equal((await client.deleteLeadContact(pair)).status, 'absent')
  assert.equal((await client.deleteLeadContactItems(2)).status, 'deleted')
  assert.equal((await client.deleteLead(3)).status, 'deleted')
  assert.equal((await client.deleteContact(3)).status, 'deleted')

  const { leads, contacts, lead_contacts } = await emulator.snapshot()
  assert.deepEqual(
    [leads, contacts],
    [
      [1, 2],
      [1, 2],
    ],
  )
  assert.ok(lead_contacts.length < before.length)
  assert.ok(!lead_contacts.some(({ lead_id }) => lead_id !== 1))
})

test('a missing record is an error with all its fields', async (t) => {
  const { client } = await portal(t)
  const error = await rejected(client.deleteLead(5), NotFoundError)
  assert.ok(error instanceof B24Error && error instanceof Error)
  const { name, kind, effect, method, code, description, httpStatus, attempts } = error
  assert.deepEqual(
    { name, kind, effect, method, code, description, httpStatus, attempts },
    {
      name: 'NotFoundError',
      kind: 'not_found',
      effect: 'rejected',
      method: 'crm.lead.delete',
      code: '',
      description: 'Not found',
      httpStatus: 400,
      attempts: 1,
    },
  )
  assert.match(inspect(error), /^NotFoundError: crm\.lead\.delete: Not found/)
})

test('stacks begin at the line of the caller', async (t) => {
  const { client } = await portal(t)
  const errors = [
    await rejected(client.deleteLead(5)),
    await rejected(client.deleteContact(-5)),
    await rejected(client.deleteLeadContactItems(5, { deadline: -1 })),
    thrown(() => Operation.lead(0)),
    thrown(() => client.deleteMany(5 as never)),
  ]
  for await (const { error } of client.deleteMany([Operation.lead(5)])) errors.push(error as B24Error)
  assert.equal(errors.length, 6)
  for (const error of errors) {
    assert.match(firstFrame(error), /calls\.test\.mjs:\d+:\d+\)?$/, error.stack)
    assert.ok(error.stack?.startsWith(`${error.name}: ${error.message}\n`), error.stack)
  }
})

test('what is no id is refused before anything is sent', async (t) => {
  const { emulator, client } = await portal(t, { leads: 20, contacts: 20 })
  for (const id of NO_IDS) {
    const no = id as never
    const errors = [
      await rejected(client.deleteLead(no), InvalidRequestError),
      await rejected(client.deleteContact(no), InvalidRequestError),
      await rejected(client.deleteLeadContactItems(no), InvalidRequestError),
      await rejected(client.deleteLeadContact({ leadId: no, contactId: 1 }), InvalidRequestError),
      await rejected(client.deleteLeadContact({ leadId: 1, contactId: no }), InvalidRequestError),
      thrown(() => Operation.lead(no)),
      thrown(() => Operation.contact(no)),
      thrown(() => Operation.leadContactItems(no)),
      thrown(() => Operation.leadContact({ leadId: 1, contactId: no })),
    ]
    for (const error of errors) {
      assert.equal(error.kind, 'invalid_id')
      assert.equal(error.effect, 'not_sent')
      assert.match(
        error.message,
        /^`.*` is not a (lead|contact) id: a whole number from 1 to 9007199254740991/,
      )
    }
  }
  for (const pair of [5, null, undefined, '1:2']) {
    const error = await rejected(client.deleteLeadContact(pair as never))
    assert.equal(error.kind, 'invalid_argument')
  }
  assert.match(thrown(() => Operation.lead('12abc' as never)).message, /^`12abc` is not a lead id/)
  assert.deepEqual(await emulator.executions(), [])
})

test('the index of `map` is no id', () => {
  const operations = [30, 20, 10].map(Operation.lead)
  assert.deepEqual(
    operations.map(({ leadId }) => leadId),
    [30, 20, 10],
  )
  assert.deepEqual(
    operations.map(({ contactId }) => contactId),
    [null, null, null],
  )
  assert.deepEqual([7].map(Operation.contact)[0]?.contactId, 7)
})

test('options that are not allowed are named', async (t) => {
  const { emulator, client } = await portal(t, { leads: 1 })
  const wrong: [object, RegExp][] = [
    [{ signal: {} }, /`signal`/],
    [{ deadline: '5' }, /`deadline`/],
    [{ deadline: -1 }, /`deadline` -1/],
    [{ deadline: Number.NaN }, /`deadline` NaN/],
    [{ timeout: 5 }, /`timeout` is not among the options of a call: `signal`, `deadline`/],
  ]
  for (const [options, text] of wrong) {
    const error = await rejected(client.deleteLead(1, options), InvalidRequestError)
    assert.equal(error.kind, 'invalid_argument')
    assert.match(error.message, text)
  }
  await rejected(client.deleteLead(1, null as never), InvalidRequestError)
  assert.deepEqual(await emulator.executions(), [])
})

test('an aborted call rejects at once, and what is on the wire is seen through', async (t) => {
  const { emulator, client } = await portal(t, { leads: 2, cost: { 'crm.lead.delete': 4 } })
  const controller = new AbortController()
  let own = 0
  controller.signal.onabort = () => {
    own += 1
  }
  const call = rejected(client.deleteLead(1, { signal: controller.signal }), LocalError)
  await until(async () => {
    const reply = await fetch(`${emulator.control}statistics`)
    return ((await reply.json()) as { requests: number }).requests > 0
  })
  controller.abort(new Error('no longer wanted'))
  const error = await call
  const { name, kind, effect, method, attempts } = error
  assert.deepEqual(
    { name, kind, effect, method, attempts },
    {
      name: 'AbortError',
      kind: 'cancelled',
      effect: 'may_have_applied',
      method: 'crm.lead.delete',
      attempts: 1,
    },
  )
  assert.equal(error.cause, controller.signal.reason)
  assert.equal(own, 1)
  assert.deepEqual(await emulator.executions(), [], 'it waited for the portal')
  await until(async () => (await emulator.snapshot()).leads.length === 1)
})

test('a signal that was aborted before sends nothing', async (t) => {
  const { emulator, client } = await portal(t, { leads: 1 })
  const error = await rejected(client.deleteLead(1, { signal: AbortSignal.abort('gone') }), LocalError)
  assert.deepEqual(
    [error.name, error.effect, error.cause, error.attempts],
    ['AbortError', 'not_sent', 'gone', 0],
  )
  assert.deepEqual(await emulator.executions(), [])
})

test('many calls may share a signal', async (t) => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  const { emulator, client } = await portal(t, { leads: 40 })
  const { signal } = new AbortController()
  const ids = Array.from({ length: 40 }, (_, index) => index + 1)
  await Promise.all(ids.map((id) => client.deleteLead(id, { signal })))
  assert.deepEqual((await emulator.snapshot()).leads, [])
  assert.deepEqual(warnings, [])
})

test('a deadline ends the wait for a limit', async (t) => {
  const { client } = await portal(t, { leads: 9 }, { limits: '1/0.001' })
  await client.deleteLead(1)
  const error = await rejected(client.deleteLead(2, { deadline: 0.05 }), LimitError)
  assert.deepEqual([error.kind, error.effect], ['rate_limited', 'not_sent'])
})

test('a lost answer that cannot be settled in time is unknown, with its cause', async (t) => {
  const { emulator, client } = await portal(t, { leads: 1 }, { settleTime: 60 })
  await emulator.setFaults([{ method: '*', fault: { kind: 'broken_off' } }])
  const error = await rejected(client.deleteLead(1, { deadline: 0.5 }), OutcomeUnknownError)
  assert.equal(error.effect, 'may_have_applied')
  assert.ok(error.cause instanceof TransportError, inspect(error.cause))
  assert.match(firstFrame(error.cause), /calls\.test\.mjs/)
})
