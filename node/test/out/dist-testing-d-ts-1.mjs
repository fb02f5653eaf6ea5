import { Client } from 'b24delete'
import { startEmulator } from 'b24delete/testing'

const emulator = await startEmulator({ leads: 3, limits: 'off' })
const client = new Client({ webhook: emulator.webhook })
await client.deleteLead(2)
console.log((await emulator.snapshot()).leads)
await emulator.stop()
// prints: [ 1, 3 ]
