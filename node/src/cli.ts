#!/usr/bin/env node
import { native } from './native'

// The call blocks: Node.js gets no turn to touch stdin or signals, which are the command's.
process.exit(native.runCommand(['b24delete', ...process.argv.slice(2)]))
