#!/usr/bin/env node
import { native } from './native'

// Node.js has handlers of its own for these, which the command's would call in turn, without an end. A listener that
// comes and goes takes them away.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  const nothing = () => undefined
  process.on(signal, nothing)
  process.off(signal, nothing)
}

// The call blocks: Node.js gets no turn to touch stdin or signals, which are the command's.
process.exit(native.runCommand(['b24delete', ...process.argv.slice(2)]))
