// Deletes leads through the vendor's SDK and prints what its caller is told. It is a process of its own because Node.js
// reads the certificates to trust at its start. Arguments: the webhook's URL, `single`, `batch` or `bulk`, then ids.

import { B24Hook } from '@bitrix24/b24jssdk'

const [webhook, way, ...ids] = process.argv.slice(2)
const client = B24Hook.fromWebhookUrl(webhook)
const calls = ids.map((id) => ['crm.lead.delete', { id }])
const options = { isHaltOnError: false }
const told = { deleted: 0, errors: 0, raised: null }

async function results() {
  const { v2 } = client.actions
  if (way === 'single') return v2.call.make({ method: 'crm.lead.delete', params: { id: ids[0] } })
  if (way === 'batch') return v2.batch.make({ calls, options })
  return v2.batchByChunk.make({ calls, options })
}

try {
  const result = await results()
  const data = result.getData()
  const values = way === 'single' ? [data?.result] : Object.values(data ?? {})
  told.deleted = values.filter((value) => value === true).length
  const errors = [...result.getErrors()]
  told.errors = errors.length
  for (const error of errors) console.error(error)
  if (!result.isSuccess) told.raised = 'isSuccess: false'
} catch (error) {
  told.raised = error.constructor.name
  console.error(error)
}
console.log(JSON.stringify(told))
process.exit(0)
