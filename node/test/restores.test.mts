import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Job, LocalError, Operation, type Restored, type RestoreSummary } from 'b24delete'
import { all, leads, place, portal, rejected } from './support.mjs'

test('what a job deleted with a backup is restored once, until it is forgotten', async (t) => {
  const { emulator, client } = await portal(t, { leads: 3, contacts: 3, linksPerLead: 2 })
  const before = await emulator.snapshot()
  const operations = [Operation.lead(1), Operation.leadContactItems(2)]
  const job = await Job.plan(place(t), client, operations, { backup: true })
  await job.run(client).finish()
  const { leads: count, contacts, unlinked, withoutCopy } = await job.restorePlan()
  assert.deepEqual(
    { count, contacts, unlinked, withoutCopy },
    {
      count: 1,
      contacts: 0,
      unlinked: 1,
      withoutCopy: 0,
    },
  )
  const told: RestoreSummary[] = []
  const {
    leads: anew,
    failed,
    cancelled,
    losses,
  } = await job.restore(client, {
    onProgress: (summary) => told.push(summary),
  })
  assert.deepEqual({ anew, failed, cancelled }, { anew: 1, failed: 0, cancelled: false })
  assert.ok(losses.length > 0 && told.length > 0)
  const after = await emulator.snapshot()
  assert.equal(after.leads.length, 3)
  assert.equal(after.lead_contacts.length, before.lead_contacts.length)
  const restored = await all<Restored>(job.restored())
  const lead = restored.find(({ what }) => what === 'lead')
  assert.deepEqual([lead?.leadId, lead?.status, lead?.error], [1, 'restored', null])
  assert.ok(after.leads.includes(lead?.newId as number))
  assert.equal((await job.restore(client)).leads, 0, 'it is restored once')

  await job.forget()
  const { backups, forgotten } = await job.overview()
  assert.ok(backups === 0 && forgotten instanceof Date)
  assert.equal((await rejected(job.restore(client), LocalError)).kind, 'job')
  assert.equal((await all(job.outcomes())).length, 2, 'outcomes stay')
})

test('a restore ends by a signal, or because its listener throws, and goes on later', async (t) => {
  const { emulator, client } = await portal(t, { leads: 20 })
  const job = await Job.plan(place(t), client, leads(1, 20), { backup: true })
  await job.run(client).finish()
  assert.ok((await job.restore(client, { signal: AbortSignal.abort() })).cancelled)
  assert.deepEqual((await emulator.snapshot()).leads, [])
  const mine = new Error('mine')
  const onProgress = () => {
    throw mine
  }
  assert.equal(await rejected(job.restore(client, { onProgress }), Error), mine)
  await job.restore(client)
  assert.equal((await emulator.snapshot()).leads.length, 20)
})
