import { closeSync, openSync, readSync } from 'node:fs'

/** This platform as the packages are named, such as `linux-x64-gnu`. */
export function platformName(): string {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  if (process.platform !== 'linux') return base
  return `${base}-${libraryOfLoader() ?? libraryOfReport()}`
}

/** The C library by the name of the loader that starts Node.js, which stands near the beginning of its file. */
function libraryOfLoader(): string | undefined {
  const head = Buffer.alloc(4096)
  try {
    const file = openSync(process.execPath, 'r')
    readSync(file, head)
    closeSync(file)
  } catch {
    return undefined
  }
  return head.includes('/ld-musl-') ? 'musl' : head.includes('/ld-linux') ? 'gnu' : undefined
}

/** The C library as Node.js tells it in a report, which takes longer to make than all the rest of the package to load. */
function libraryOfReport(): string {
  const report = process.report as { excludeNetwork?: boolean } & NodeJS.ProcessReport
  // The report would otherwise look up the name of every address that is connected.
  report.excludeNetwork = true
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
}
