// The conformance driver for JavaScript: carries out questions from stdin with nothing but the installed package.
// `../README.md` describes the protocol. `B24DELETE_PACKAGE` names the package, where it is not installed beside.

import { createInterface } from 'node:readline'
import { inspect } from 'node:util'

const { B24Error, Client, Job, Operation } = await import(process.env.B24DELETE_PACKAGE ?? 'b24delete')

const SYMBOLS = [
  ['%', '%25'],
  ['\t', '%09'],
  ['\r', '%0D'],
  ['\n', '%0A'],
]

/** The fields of a question; `operation` may come often. */
class Question {
  fields = new Map()
  operations = []

  add(name, text) {
    const value = SYMBOLS.toReversed().reduce((done, [plain, escaped]) => done.replaceAll(escaped, plain), text)
    if (name === 'operation') this.operations.push(value)
    else this.fields.set(name, value)
  }

  take(name) {
    const value = this.fields.get(name)
    this.fields.delete(name)
    return value
  }

  number(name) {
    const value = this.take(name)
    return value === undefined ? undefined : Number(value)
  }
}

/** What is told, record by record. */
class Answer {
  text = ''

  record(name, fields = {}) {
    this.tell('record', name)
    for (const [field, value] of Object.entries(fields)) {
      if (value !== null && value !== undefined) this.tell(field, value)
    }
  }

  tell(name, value) {
    const text = SYMBOLS.reduce((done, [plain, escaped]) => done.replaceAll(plain, escaped), String(value))
    this.text += `${name}\t${text}\n`
  }

  deletion({ status, confirmedBy, attempts, time }) {
    this.record('deletion', { status, confirmed_by: confirmedBy, attempts })
    if (time === null) return
    const { dateStart, dateFinish, operatingResetAt, ...rest } = time
    const renamed = { date_start: dateStart, date_finish: dateFinish, operating_reset_at: operatingResetAt }
    this.record('time', { ...rest, ...renamed })
  }

  error(error) {
    const { kind, effect, method, code, description, httpStatus, attempts } = error
    const told = { kind, effect, method, code, description, http_status: httpStatus, attempts }
    const debug = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`
    this.record('error', { class: error.constructor.name, ...told, message: error.message, debug })
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof B24Error) this.tell('cause', cause.kind)
    }
  }

  outcome(outcome) {
    const { seq, method, leadId, contactId, status, confirmedBy, attempts, error } = outcome
    const ids = { lead_id: leadId, contact_id: contactId }
    const json = JSON.stringify(outcome)
    this.record('outcome', { seq, method, ...ids, status, confirmed_by: confirmedBy, attempts, json })
    if (error !== null) this.error(error)
  }

  summary(summary) {
    const { total, deleted, deletedByLookup, absent, failed, unknown, notRun } = summary
    const { requests, seconds, stoppedBy } = summary
    const counts = { total, deleted, deleted_by_lookup: deletedByLookup, absent, failed, unknown, not_run: notRun }
    const json = JSON.stringify(summary)
    this.record('summary', { ...counts, requests, seconds, stopped_by: stoppedBy, json })
  }
}

/** A store of tokens as a user may write it. */
class Store {
  saves = 0
  #text = null
  #fails

  constructor(behaviour) {
    this.#fails = behaviour === 'failing'
  }

  async load() {
    return this.#text
  }

  async save(text) {
    if (this.#fails) throw new Error('the disk is full')
    this.#text = text
    this.saves += 1
  }
}

/** The options of the client, and the user's own store of tokens. */
function optionsOf(question) {
  const options = {}
  let own
  const rest = question.take('rest')
  if (rest !== undefined) {
    const store = question.take('store')
    if (store === 'own' || store === 'failing') own = new Store(store)
    options.oauth = {
      rest,
      clientId: question.take('client_id'),
      clientSecret: question.take('client_secret'),
      accessToken: question.take('access_token'),
      refreshToken: question.take('refresh_token'),
      tokenEndpoint: question.take('token_endpoint'),
      tokenRequest: question.take('token_request'),
      store: own,
      tokenFile: question.take('token_file'),
    }
  }
  for (const name of ['webhook', 'limits', 'operating', 'api']) options[name] = question.take(name)
  options.requestTimeout = question.number('request_timeout')
  options.connectTimeout = question.number('connect_timeout')
  options.settleTime = question.number('settle_time')
  options.concurrency = question.number('concurrency')
  return [options, own]
}

/** A value with the name of its type, such as `int:7`. */
function valueOf(typed = 'null:') {
  const kind = typed.slice(0, typed.indexOf(':'))
  const text = typed.slice(kind.length + 1)
  if (kind === 'int' || kind === 'float') return Number(text)
  if (kind === 'bool') return text === 'true'
  if (kind === 'null') return null
  return kind === 'json' ? JSON.parse(text) : text
}

function operationOf(text) {
  const [word, ...ids] = text.split(':')
  const [first, second] = ids.map(Number)
  if (word === 'lead') return Operation.lead(first)
  if (word === 'contact') return Operation.contact(first)
  if (word === 'lead_contact_items') return Operation.leadContactItems(first)
  return Operation.leadContact({ leadId: first, contactId: second })
}

/** A signal that is aborted after so many seconds. */
function signalAfter(seconds) {
  if (seconds === undefined) return undefined
  const controller = new AbortController()
  setTimeout(() => controller.abort(), seconds * 1000).unref()
  return controller.signal
}

async function call(client, word, question) {
  const options = { deadline: question.number('deadline'), signal: signalAfter(question.number('cancel_after')) }
  const [leadId, contactId] = [question.take('lead_id'), question.take('contact_id')]
  if (word === 'lead') return client.deleteLead(valueOf(leadId), options)
  if (word === 'contact') return client.deleteContact(valueOf(contactId), options)
  if (word === 'lead_contact_items') return client.deleteLeadContactItems(valueOf(leadId), options)
  return client.deleteLeadContact({ leadId: valueOf(leadId), contactId: valueOf(contactId) }, options)
}

async function many(client, question, answer) {
  const run = client.deleteMany(question.operations.map(operationOf), {
    maxFailures: question.take('max_failures'),
    stopIfFirstAbsent: question.number('stop_if_first_absent'),
    signal: signalAfter(question.number('cancel_after')),
  })
  for await (const outcome of run) answer.outcome(outcome)
  answer.summary(run.summary())
}

async function plan(client, question, answer) {
  await Job.plan(question.take('job_file'), client, question.operations.map(operationOf), {
    expect: question.number('expect'),
    ifUnchanged: question.take('if_unchanged') === 'true',
  })
  answer.record('planned')
}

/** Runs a job, and tells what its file holds then. */
async function runJob(client, question, answer) {
  const job = await Job.open(question.take('job_file'))
  const run = job.run(client, {
    expect: question.number('expect'),
    maxFailures: question.take('max_failures'),
  })
  const summary = await run.finish()
  for await (const outcome of job.outcomes()) answer.outcome(outcome)
  answer.summary(summary)
}

async function carryOut(question, answer) {
  question.take('vector')
  const word = question.take('call')
  const [options, store] = optionsOf(question)
  try {
    const client = new Client(options)
    if (word === 'open') answer.record('opened')
    else if (word === 'many') await many(client, question, answer)
    else if (word === 'plan') await plan(client, question, answer)
    else if (word === 'run') await runJob(client, question, answer)
    else answer.deletion(await call(client, word, question))
  } catch (error) {
    if (!(error instanceof B24Error)) throw error
    question.fields.clear()
    answer.error(error)
  }
  if (store !== undefined) answer.record('store', { saves: store.saves })
  if (question.fields.size > 0) throw new Error(`unknown fields: ${[...question.fields.keys()]}`)
}

let question = new Question()
for await (const line of createInterface({ input: process.stdin })) {
  const tab = line.indexOf('\t')
  if (tab >= 0) {
    question.add(line.slice(0, tab), line.slice(tab + 1))
    continue
  }
  const answer = new Answer()
  await carryOut(question, answer)
  process.stdout.write(`${answer.text}\n`)
  question = new Question()
}
