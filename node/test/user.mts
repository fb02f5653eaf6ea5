// A user's program, compiled with strict types under each way of resolving modules.
import {
  type B24Error,
  Client,
  type Deletion,
  type ErrorKind,
  Job,
  type JobRun,
  LocalError,
  NotFoundError,
  Operation,
  type Outcome,
  type Overview,
  type Summary,
} from 'b24delete'
import { type Emulator, startEmulator } from 'b24delete/testing'

export async function use(client: Client, signal: AbortSignal): Promise<Summary> {
  const deletion: Deletion = await client.deleteLead(1, { signal, deadline: 5 })
  const status: 'deleted' | 'absent' = deletion.status
  const duration: number | undefined = deletion.time?.duration
  try {
    await client.deleteLeadContact({ leadId: 1, contactId: 2 })
  } catch (error) {
    if (error instanceof NotFoundError) {
      const kind: 'not_found' = error.kind
      return Promise.reject(`${kind} ${status} ${duration}`)
    }
    if (error instanceof LocalError && error.kind === 'cancelled') throw error.cause
  }
  const run = client.deleteMany([1, 2].map(Operation.lead), { signal, maxFailures: '5%' })
  for await (const outcome of run) {
    const { error, leadId, confirmedBy }: Outcome = outcome
    const kind: ErrorKind | undefined = error?.kind
    const all: B24Error | null = error
    void [kind, all, leadId, confirmedBy]
  }
  return run.summary()
}

export async function inFile(client: Client, signal: AbortSignal): Promise<Overview> {
  const options = { backup: true, ifUnchanged: true, expect: 2, maxFailures: '5%' } as const
  const job: Job = await Job.plan('cleanup.b24job', client, [1, 2].map(Operation.lead), options)
  const run: JobRun = job.run(client, { signal, onProgress: ({ deleted }) => void deleted })
  for await (const { status } of run) if (status === 'unknown') break
  const head: string | null = run.head
  const { leads, losses } = await job.restore(client, { signal })
  for await (const { newId, error } of job.restored()) void [newId, error?.kind, leads, losses.length, head]
  return (await Job.open(job.path)).overview()
}

export async function withEmulator(): Promise<Summary> {
  const emulator: Emulator = await startEmulator({ leads: 2, limits: 'off' })
  const client = new Client({
    webhook: emulator.webhook,
    onEvent: (event) => event.type === 'waiting' && event.seconds,
  })
  return use(client, AbortSignal.timeout(1000))
}

// @ts-expect-error An id is a number.
Operation.lead('1')
// @ts-expect-error A job is planned or opened.
new Job()
// @ts-expect-error Ids of a pair are named.
Operation.leadContact(1, 2)
// @ts-expect-error There is no such option.
new Client({ webhook: '', request_timeout: 5 })
// @ts-expect-error A client is told its portal.
new Client()
// @ts-expect-error The operations of a run are operations.
void ((client: Client) => client.deleteMany([1, 2]))
