(async () => {
const { Client, B24Error } = require('b24delete')

const client = new Client({ webhook: process.env.B24_WEBHOOK })
try {
  const deletion = await client.deleteLead(123, { signal: AbortSignal.timeout(600_000) })
  console.log(deletion.status, deletion.confirmedBy)
  await client.deleteLead(123)
} catch (error) {
  if (!(error instanceof B24Error)) throw error
  console.log(error.name, error.kind, error.effect)
}
// prints: deleted reply
// prints: NotFoundError not_found rejected

})()