import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as b24delete from 'b24delete'
import { Client, NotFoundError, Operation } from 'b24delete'
import { portal, rejected } from './support.mjs'

const commonJs: typeof b24delete = createRequire(import.meta.url)('b24delete')

/** What a portal answers, and the class and kind that it is in every language. */
const ANSWERS: [code: string, description: string, status: number, name: string, kind: string][] = [
  ['', 'Not found', 400, 'NotFoundError', 'not_found'],
  ['ACCESS_DENIED', 'Access denied', 403, 'AccessDeniedError', 'access_denied'],
  ['insufficient_scope', '', 403, 'AccessDeniedError', 'insufficient_scope'],
  ['NO_AUTH_FOUND', 'Wrong authorization data', 401, 'AuthError', 'no_auth'],
  ['INVALID_CREDENTIALS', 'Invalid request credentials', 401, 'AuthError', 'invalid_credentials'],
  ['OVERLOAD_LIMIT', 'REST API is blocked', 503, 'LimitError', 'overloaded'],
  ['ERROR_METHOD_NOT_FOUND', 'Method not found!', 404, 'InvalidRequestError', 'method_not_found'],
  ['PORTAL_DELETED', 'Portal was deleted', 403, 'PortalError', 'portal_deleted'],
]

test('an error has the class of its kind', async (t) => {
  const { emulator, client } = await portal(t, { leads: 1 })
  for (const [code, description, status, name, kind] of ANSWERS) {
    await emulator.setFaults([
      { method: 'crm.lead.delete', fault: { kind: 'error', code, description, status } },
    ])
    const error = await rejected(client.deleteLead(1))
    assert.deepEqual([error.name, error.kind, error.httpStatus], [name, kind, status])
    assert.equal(error.constructor.name, name)
    assert.ok(error instanceof b24delete.B24Error && error instanceof Error)
  }
})

test('a portal that cannot be reached is a TransportError with nothing sent', async () => {
  const client = new Client({ webhook: 'http://127.0.0.1:1/rest/1/abcdef/' })
  const error = await rejected(client.deleteLead(1, { deadline: 0.1 }), b24delete.TransportError)
  assert.deepEqual([error.kind, error.effect], ['connection', 'not_sent'])
})

test('both kinds of modules have the same classes', async (t) => {
  assert.deepEqual(Object.keys(b24delete).sort(), Object.keys(commonJs).sort())
  assert.equal(commonJs.NotFoundError, NotFoundError)
  const { emulator } = await portal(t)
  const client = new commonJs.Client({ webhook: emulator.webhook })
  await rejected(client.deleteLead(1), NotFoundError)
  assert.equal((await client.deleteMany([Operation.lead(5)]).finish()).absent, 1)
})
