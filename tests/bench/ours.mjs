// This project's npm package at the work that `cargo xtask bench` measures. Arguments: what to do, the webhook's URL, the
// first lead's id, how many leads. Prints one line of JSON.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

const require = createRequire(join(process.env.B24DELETE_PROJECT, 'package.json'))
const { Client, Operation } = require('b24delete')

const [what, webhook, first, count] = process.argv.slice(2)
const end = Number(first) + Number(count)
const client = new Client({ webhook, limits: 'off', operating: 'off' })

function* operations() {
  for (let id = Number(first); id < end; id++) yield Operation.lead(id)
}

async function* asyncOperations() {
  yield* operations()
}

async function deleted(source) {
  let done = 0
  for await (const outcome of client.deleteMany(source)) {
    if (outcome.status === 'deleted') done++
  }
  return done
}

/** The longest time for which the event loop was held up while `work` went on, in seconds. */
async function longestDelay(work) {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  // What came before belongs to the start of the program.
  await setTimeout(20)
  delays.reset()
  const value = await work()
  // One more turn of the loop, which notes the last delay.
  await setTimeout(5)
  delays.disable()
  return [value, delays.max / 1e9]
}

async function calls() {
  const took = []
  for (let id = Number(first); id < end; id++) {
    const started = performance.now()
    await client.deleteLead(id)
    took.push((performance.now() - started) / 1000)
  }
  took.sort((one, other) => one - other)
  return { done: took.length, median_seconds: took[Math.floor(took.length / 2)] ?? 0 }
}

const works = {
  many: async () => ({ done: await deleted(operations()) }),
  many_async: async () => ({ done: await deleted(asyncOperations()) }),
  calls,
  responsive: async () => {
    const [done, longest_delay_seconds] = await longestDelay(() => deleted(operations()))
    return { done, longest_delay_seconds }
  },
  // Waits for about as long as deleting takes, and does nothing.
  idle: async () => {
    const [, longest_delay_seconds] = await longestDelay(() => setTimeout(Number(count) / 40))
    return { done: Number(count), longest_delay_seconds }
  },
}

/** The most memory that this process has held, in MiB. */
function peak() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
}

console.log(JSON.stringify({ ...(await works[what]()), peak: peak() }))
