import { Client, Operation } from 'b24delete'

const client = new Client({ webhook: process.env.B24_WEBHOOK, limits: 'off', operating: 'off' })
const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))

process.on('unhandledRejection', (reason) => {
  console.log('unhandled', reason)
  process.exitCode = 9
})
async function* failing() {
  yield leads[0]
  throw new Error('mine')
}
client.deleteMany(failing())
const run = client.deleteMany(failing())
await run.finish().catch((error) => console.log(error.message))
await run.finish()
const closing = {
  [Symbol.asyncIterator]: () => ({
    next: async () => ({ done: false, value: leads[1] }),
    return: async () => {
      throw new Error('closing')
    },
  }),
}
const other = client.deleteMany(closing, { signal: AbortSignal.timeout(50) })
await other.finish().catch((error) => console.log(error.message))
const never = {
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise((resolve) => setTimeout(resolve, 100, { done: true })),
    return: async () => {
      throw new Error('closing')
    },
  }),
}
await client.deleteMany(never, { signal: AbortSignal.timeout(10) }).finish()
await client.deleteLead(77, { signal: AbortSignal.abort() }).catch(() => {})
await new Promise((resolve) => setTimeout(resolve, 200))
console.log('end')
