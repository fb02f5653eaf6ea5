// The emulated portal, started as its users start it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Starts a portal until the end of the test; `call` runs with its addresses. */
export async function withPortal(options, call) {
  const program = process.env.B24DELETE
  if (!program) throw new Error('`B24DELETE` does not name the program: run these tests with `cargo xtask test`')
  const portal = spawn(program, ['emulator', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const [line] = await once(createInterface({ input: portal.stdout }), 'line')
    const addresses = JSON.parse(line)
    const control = async (path) => (await fetch(addresses.control + path)).json()
    return await call({ ...addresses, control })
  } finally {
    // It serves until its input ends.
    portal.stdin.end()
    await once(portal, 'exit')
  }
}
