/** `npm run karma`: components of an Angular 20 application, tested by Karma and Jasmine with the built package. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findBrowser } from './chromium'

const SOURCES = 'spec/browser/karma'
const PACKAGES = join(SOURCES, 'node_modules')
const OURS = ['fp-ts', 'io-ts', 'isomorphic-ws']

const timeOf = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : -Infinity)

/** Installs what it needs where that is missing, or older than its lock. */
const install = (): void => {
  if (timeOf(join(PACKAGES, '.package-lock.json')) > timeOf(join(SOURCES, 'package-lock.json'))) return
  const npm = process.env['npm_execpath'] ?? ''
  execFileSync(process.execPath, [npm, 'ci', '--prefix', SOURCES, '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  })
}

/** The package among the packages of the application, so that both have one Angular. */
const assemble = (folder: string): void => {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'rx-ctrader'), { recursive: true })
  for (const name of readdirSync(PACKAGES))
    if (!name.startsWith('.')) symlinkSync(resolve(PACKAGES, name), join(modules, name), 'junction')
  for (const name of ['dist', 'package.json'])
    cpSync(name, join(modules, 'rx-ctrader', name), { recursive: true })
  for (const name of OURS) cpSync(join('node_modules', name), join(modules, name), { recursive: true })
  for (const name of ['angular.json', 'karma.config.cjs', 'tsconfig.json', 'src'])
    cpSync(join(SOURCES, name), join(folder, name), { recursive: true })
  cpSync('docs/examples/angular-recipes', join(folder, 'src/recipes'), { recursive: true })
}

const run = async (): Promise<void> => {
  install()
  const { path, env } = await findBrowser()
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-karma-'))
  try {
    assemble(folder)
    execFileSync(process.execPath, ['node_modules/@angular/cli/bin/ng.js', 'test', '--progress=false'], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, ...env, CHROME_BIN: path, NG_CLI_ANALYTICS: 'false' },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
