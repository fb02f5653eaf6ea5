import { Client, Operation } from 'b24delete'

const client = new Client({ webhook: process.env.B24_WEBHOOK })

async function* junk() {
  for (let id = 1; id <= 100; id++) yield Operation.lead(id)
  yield Operation.leadContact({ leadId: 101, contactId: 1 })
}

const run = client.deleteMany(junk(), { maxFailures: '5%' })
for await (const outcome of run) {
  if (outcome.status !== 'deleted') console.log(JSON.stringify(outcome))
}
const summary = run.summary()
console.log(summary.total, summary.deleted, summary.stoppedBy)
// prints: 101 101 null
