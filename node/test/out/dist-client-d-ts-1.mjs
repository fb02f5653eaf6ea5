import { Client, NotFoundError } from 'b24delete'

const client = new Client({ webhook: process.env.B24_WEBHOOK })
try {
  const deletion = await client.deleteLead(123)
  console.log(deletion.status, deletion.attempts)
} catch (error) {
  if (!(error instanceof NotFoundError)) throw error
  console.log('there is no such lead')
}
// prints: deleted 1
