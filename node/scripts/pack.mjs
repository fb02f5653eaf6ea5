// Packs what is published: the package itself, and one package with the native module for each platform.
//
//   node scripts/pack.mjs DIRECTORY PLATFORM=FILE…
//
// A platform is named as in `src/platform.ts`; `host` stands for this one. The package lists exactly the platforms that
// are packed with it as its optional dependencies.

import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { platformName } from '../dist/platform.js'

const root = resolve(import.meta.dirname, '..')
const main = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const [directory, ...binaries] = process.argv.slice(2)
if (directory === undefined || binaries.length === 0) {
  console.error('usage: node scripts/pack.mjs DIRECTORY PLATFORM=FILE…')
  process.exit(2)
}
const destination = resolve(directory)
mkdirSync(destination, { recursive: true })
const staging = mkdtempSync(join(tmpdir(), 'b24delete-pack-'))
try {
  const packages = binaries.map((binary) => {
    const [platform, file] = binary.split('=')
    return packPlatform(platform === 'host' ? platformName() : platform, resolve(file))
  })
  packMain(packages)
} finally {
  rmSync(staging, { recursive: true })
}

/** Packs the native module of one platform and returns the package's name. */
function packPlatform(platform, file) {
  const [os, cpu, abi] = platform.split('-')
  const libc = { gnu: ['glibc'], musl: ['musl'] }[abi]
  const name = `@b24delete/${platform}`
  const place = stage(platform, {
    name,
    version: main.version,
    description: `The native module of b24delete for ${platform}`,
    license: main.license,
    repository: main.repository,
    engines: main.engines,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc }),
    main: 'b24delete.node',
    files: ['b24delete.node'],
  })
  copyFileSync(file, join(place, 'b24delete.node'))
  writeFileSync(join(place, 'README.md'), `The native module of the package \`b24delete\` for ${platform}.\n`)
  pack(place)
  return name
}

function packMain(packages) {
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = main
  const optionalDependencies = Object.fromEntries(packages.map((name) => [name, main.version]))
  const place = stage('main', { ...published, optionalDependencies })
  cpSync(join(root, 'dist'), join(place, 'dist'), { recursive: true })
  copyFileSync(join(root, 'README.md'), join(place, 'README.md'))
  pack(place)
}

function stage(name, manifest) {
  const place = join(staging, name)
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const license of ['LICENSE-APACHE', 'LICENSE-MIT']) {
    copyFileSync(join(root, '..', license), join(place, license))
  }
  return place
}

function pack(place) {
  const args = ['pack', '--silent', '--pack-destination', destination]
  const name = execFileSync('npm', args, {
    cwd: place,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  console.log(join(destination, name.trim()))
}
