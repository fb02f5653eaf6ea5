import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Client, Operation } from 'b24delete'
import { inProcess, portal } from './support.mjs'

const CLIENT = `
  import { Client, Operation } from 'b24delete'
  const client = new Client({ webhook: process.env.B24_WEBHOOK, limits: 'off', operating: 'off' })
  const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))
`

test('a process may end in the middle of a run', async (t) => {
  const { emulator } = await portal(t, { leads: 5000, cost: { 'crm.lead.delete': 0.005 } })
  const source = `${CLIENT}
    let read = 0
    for await (const outcome of client.deleteMany(leads)) {
      if (++read === 20) process.exit(7)
    }`
  const { code, stderr } = await inProcess('exit.mjs', source, { B24_WEBHOOK: emulator.webhook })
  assert.deepEqual([code, stderr], [7, ''])
})

test('a run that nobody reads any more keeps no process alive', async (t) => {
  const { emulator } = await portal(t, { leads: 5000, cost: { 'crm.lead.delete': 0.005 } })
  const source = `${CLIENT}
    client.deleteMany(leads)
    const outcomes = client.deleteMany(leads, { onProgress: () => {} })[Symbol.asyncIterator]()
    console.log((await outcomes.next()).value.status)`
  const { code, stdout, stderr } = await inProcess('abandon.mjs', source, { B24_WEBHOOK: emulator.webhook })
  assert.deepEqual([code, stdout, stderr], [0, 'deleted\n', ''])
})

test('nothing is rejected without somebody to handle it', async (t) => {
  const { emulator } = await portal(t, { leads: 100 })
  const source = `${CLIENT}
    process.on('unhandledRejection', (reason) => { console.log('unhandled', reason); process.exitCode = 9 })
    async function* failing() { yield leads[0]; throw new Error('mine') }
    client.deleteMany(failing())
    const run = client.deleteMany(failing())
    await run.finish().catch((error) => console.log(error.message))
    await run.finish()
    const closing = { [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: leads[1] }),
      return: async () => { throw new Error('closing') },
    }) }
    const other = client.deleteMany(closing, { signal: AbortSignal.timeout(50) })
    await other.finish().catch((error) => console.log(error.message))
    const never = { [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => setTimeout(resolve, 100, { done: true })),
      return: async () => { throw new Error('closing') },
    }) }
    await client.deleteMany(never, { signal: AbortSignal.timeout(10) }).finish()
    await client.deleteLead(77, { signal: AbortSignal.abort() }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
    console.log('end')`
  const { code, stdout } = await inProcess('rejections.mjs', source, { B24_WEBHOOK: emulator.webhook })
  assert.equal(stdout, 'mine\nclosing\nend\n')
  assert.equal(code, 0)
})

test('worker threads and several clients work at once', async (t) => {
  const { emulator, client } = await portal(t, { leads: 600 })
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Client, Operation } = require('b24delete')
    const { webhook, first, leave } = workerData
    const client = new Client({ webhook, limits: 'off', operating: 'off' })
    const leads = Array.from({ length: 100 }, (_, index) => Operation.lead(first + index))
    const run = client.deleteMany(leads)
    ;(async () => {
      for await (const outcome of run) if (leave) process.exit(5)
      parentPort.postMessage(run.summary().deleted)
    })()`
  const inWorker = (first: number, leave: boolean) =>
    new Promise((resolve, reject) => {
      const workerData = { webhook: emulator.webhook, first, leave }
      const worker = new Worker(source, { eval: true, workerData })
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.on('exit', (code) => resolve(`exit ${code}`))
    })
  const inMain = async (first: number) => {
    const own = new Client({ webhook: emulator.webhook, limits: 'off', operating: 'off' })
    const leads = Array.from({ length: 100 }, (_, index) => Operation.lead(first + index))
    return (await own.deleteMany(leads).finish()).deleted
  }
  const results = await Promise.all([
    inWorker(1, false),
    inWorker(101, false),
    inWorker(201, true),
    inMain(301),
    inMain(401),
  ])
  assert.deepEqual(results, [100, 100, 'exit 5', 100, 100])
  assert.equal((await client.deleteLead(600)).status, 'deleted')
})

test('a worker may be terminated in the middle of a run', async (t) => {
  const { emulator } = await portal(t, { leads: 5000, cost: { 'crm.lead.delete': 0.01 } })
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Client, Operation } = require('b24delete')
    const client = new Client({ webhook: workerData, limits: 'off', operating: 'off' })
    const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))
    ;(async () => {
      for await (const outcome of client.deleteMany(leads)) parentPort.postMessage(outcome.status)
    })()`
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(source, { eval: true, workerData: emulator.webhook })
    await new Promise((resolve) => worker.once('message', resolve))
    assert.equal(await worker.terminate(), 1)
  }
})

test('the event loop goes on while a run works', async (t) => {
  const { client } = await portal(t, { leads: 5000 })
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))
  const { deleted } = await client.deleteMany(leads).finish()
  isOver = true
  assert.equal(deleted, 5000)
  // The engine asks for operations a hundred times, whatever the speed; a loop that waits for the run would turn once.
  assert.ok(turns > 20, `${turns} turns`)
})
