// Deletes leads through this project's package and prints what it reports. Arguments: the webhook's URL, then ids.

import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.B24DELETE_PROJECT, 'package.json'))
const { Client, Operation } = require('b24delete')

const [webhook, ...ids] = process.argv.slice(2)
const outcomes = []
const run = new Client({ webhook }).deleteMany(ids.map((id) => Operation.lead(Number(id))))
for await (const outcome of run) outcomes.push(outcome)
process.stdout.write(JSON.stringify({ outcomes, summary: run.summary() }))
