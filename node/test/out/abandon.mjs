import { Client, Operation } from 'b24delete'

const client = new Client({ webhook: process.env.B24_WEBHOOK, limits: 'off', operating: 'off' })
const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))

client.deleteMany(leads)
const outcomes = client.deleteMany(leads, { onProgress: () => {} })[Symbol.asyncIterator]()
console.log((await outcomes.next()).value.status)
