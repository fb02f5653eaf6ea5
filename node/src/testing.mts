export type * from './testing.js'
export { Emulator, startEmulator } from './testing.js'
