import { Client, Operation } from 'b24delete'

const client = new Client({ webhook: process.env.B24_WEBHOOK, limits: 'off', operating: 'off' })
const leads = Array.from({ length: 5000 }, (_, index) => Operation.lead(index + 1))

let read = 0
for await (const outcome of client.deleteMany(leads)) {
  if (++read === 20) process.exit(7)
}
