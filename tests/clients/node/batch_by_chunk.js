// Deletes leads through the vendor's SDK and prints what it reports. It is a process of its own because Node.js reads
// the certificates to trust at its start. Arguments: the webhook's URL, then ids.

import { B24Hook } from '@bitrix24/b24jssdk'

const [webhook, ...ids] = process.argv.slice(2)
const client = B24Hook.fromWebhookUrl(webhook)
const calls = ids.map((id) => ['crm.lead.delete', { id }])
const result = await client.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: false } })
const { isSuccess } = result
process.stdout.write(JSON.stringify({ isSuccess, data: result.getData(), errors: result.getErrorMessages() }))
