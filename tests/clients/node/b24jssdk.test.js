// @bitrix24/b24jssdk, the vendor's client, which knows only https, beside this project's package at the same work.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

import { withPortal } from './emulator.js'

const LEADS = 118
const OPTIONS = ['--tls', '--leads', String(LEADS)]

/** 120 ids, of which those at these places are of no lead. */
const BAD = [40, 90]
const ids = Array.from({ length: LEADS }, (_, index) => index + 1)
for (const place of BAD) ids.splice(place, 0, 900_000 + place)

/** Runs a script that trusts the portal's certificate, and returns what it reports. */
async function report(script, portal) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: portal.ca_file, SSL_CERT_FILE: portal.ca_file }
  const args = [join(import.meta.dirname, script), portal.webhook, ...ids]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout)
}

/** The portal after the work: nothing is left, and nothing was refused for a limit. */
async function assertDeleted(portal) {
  assert.deepEqual((await portal.control('snapshot')).leads, [])
  assert.deepEqual((await portal.control('statistics')).refused, {})
}

test('b24jssdk deletes in batches, and reports two bad ids as success', async () => {
  await withPortal(OPTIONS, async (portal) => {
    const { isSuccess, errors, data } = await report('batch_by_chunk.js', portal)

    assert.deepEqual([isSuccess, errors, data.length], [true, [], ids.length])
    assert.deepEqual(data.map((value) => value === true).flatMap((done, place) => (done ? [] : place)), BAD)
    assert.deepEqual([data[BAD[0]], data[BAD[1]]], [null, null])
    await assertDeleted(portal)
  })
})

test('b24delete reports two bad ids as absent, each with its reason', async () => {
  await withPortal(OPTIONS, async (portal) => {
    const { outcomes, summary } = await report('delete_many.js', portal)

    const others = outcomes.filter(({ status }) => status !== 'deleted')
    assert.deepEqual(
      others.map(({ seq, status, error }) => [seq, status, error.kind]),
      BAD.map((place) => [place, 'absent', 'not_found']),
    )
    assert.deepEqual([summary.total, summary.deleted, summary.absent], [ids.length, LEADS, BAD.length])
    await assertDeleted(portal)
  })
})
