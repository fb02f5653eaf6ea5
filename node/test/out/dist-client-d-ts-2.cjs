(async () => {
const { Client, Operation } = require('b24delete')

const client = Client.fromEnv()
const run = client.deleteMany([1, 2, 3].map(Operation.lead))
for await (const outcome of run) {
  console.log(outcome.leadId, outcome.status, outcome.error?.kind)
}
console.log(run.summary().deleted)
// prints: 1 deleted undefined
// prints: 2 deleted undefined
// prints: 3 deleted undefined
// prints: 3

})()