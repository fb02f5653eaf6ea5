// One copy of the classes serves both kinds of modules: `instanceof` holds between them.
export * from './index.js'
