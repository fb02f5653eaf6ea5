import { Client } from 'b24delete'
import { startEmulator } from 'b24delete/testing'

const emulator = await startEmulator({ leads: 10, contacts: 2, linksPerLead: 1 })
const client = new Client({ webhook: emulator.webhook })
await client.deleteLeadContact({ leadId: 4, contactId: 2 })
console.log((await emulator.snapshot()).lead_contacts.length)
await emulator.stop()
// prints: 9
