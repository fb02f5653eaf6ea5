// @bitrix24/b24jssdk at the work that `cargo xtask bench` measures, as its documentation shows for many records. Arguments:
// the webhook's URL, the first lead's id, how many leads. Prints one line of JSON.

import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.B24DELETE_CLIENTS, 'package.json'))
const { B24Hook } = require('@bitrix24/b24jssdk')

const [webhook, first, count] = process.argv.slice(2)
const client = B24Hook.fromWebhookUrl(webhook)
const calls = Array.from({ length: Number(count) }, (_, place) => ['crm.lead.delete', { id: Number(first) + place }])
let data = []
if (calls.length > 0) {
  const result = await client.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: false } })
  data = result.getData()
}
console.log(JSON.stringify({ done: data.filter((value) => value === true).length }))
process.exit(0)
