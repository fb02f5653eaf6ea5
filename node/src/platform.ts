/** This platform as the packages are named, such as `linux-x64-gnu`. */
export function platformName(): string {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  if (process.platform !== 'linux') return base
  const report = process.report as { excludeNetwork?: boolean } & NodeJS.ProcessReport
  // The report would otherwise look up the name of every address that is connected.
  report.excludeNetwork = true
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return `${base}-${header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'}`
}
