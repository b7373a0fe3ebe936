import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

/** How to start a browser: what is to run, and what it needs besides. */
interface Program {
  readonly path: string
  readonly env?: Readonly<Record<string, string>>
}

const names = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'chrome',
  'chrome.exe',
]
const apps = ['/Applications', `${process.env['HOME'] ?? ''}/Applications`]
const programFiles = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(name => process.env[name])

const usualPlaces = [
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name))),
  ...apps.flatMap(folder => [
    `${folder}/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${folder}/Chromium.app/Contents/MacOS/Chromium`,
  ]),
  ...programFiles.flatMap(folder =>
    folder === undefined ? [] : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')],
  ),
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
]

const PACKAGE = join('node_modules', '@sparticuz', 'chromium')
const CACHE = join('node_modules', '.cache')

/** The package's own configuration names folders of Amazon's, and a page without any font crashes. */
const fontsIn = (folder: string): string =>
  `<?xml version="1.0"?><fontconfig><dir>${folder}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`

/** The Chromium that came with the development dependencies, with its fonts and libraries; unpacked once, whole or not at all. */
const packaged = async (cause?: Error): Promise<Program> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('no Chrome or Chromium is found that starts: install one, or set CHROME_PATH', { cause })
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }
  const home = join(process.cwd(), CACHE, `chromium-${version}`)
  if (!existsSync(home)) {
    mkdirSync(CACHE, { recursive: true })
    const unpacking = mkdtempSync(`${home}-`)
    // The package unpacks into the temporary folder, and its libraries only where it believes to be at Amazon's.
    const env = { ...process.env, TMPDIR: unpacking, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
    const unpack = `require('@sparticuz/chromium').executablePath()`
    await promisify(execFile)(process.execPath, ['-e', unpack], { env })
    try {
      renameSync(unpacking, home)
    } catch (error) {
      // Another process was faster.
      rmSync(unpacking, { recursive: true })
      if (!existsSync(home)) throw error
    }
  }
  // Each time, because the folder of the project may have another name by now.
  writeFileSync(join(home, 'fonts', 'fonts.conf'), fontsIn(join(home, 'fonts', 'fonts')))
  return {
    path: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_PATH: join(home, 'fonts') },
  }
}

const start = ({ path, env }: Program): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    timeout: 20_000,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Chrome does not start as root with its sandbox.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })

const installedProgram = (): string | undefined => usualPlaces.find(place => existsSync(place))

/** Where the browser is that `launch` starts first, for who starts it in another way. */
export const findBrowser = async (): Promise<Program> => {
  const path = process.env['CHROME_PATH'] ?? installedProgram()
  return path === undefined ? packaged() : { path }
}

/** A headless Chrome or Chromium: `CHROME_PATH`, or one that is installed, or the packaged one. */
export const launch = async (): Promise<Browser> => {
  const given = process.env['CHROME_PATH']
  if (given !== undefined) return start({ path: given })
  const installed = installedProgram()
  if (installed === undefined) return start(await packaged())
  try {
    return await start({ path: installed })
  } catch (error) {
    // Some are no browser: Ubuntu's only says how to install one.
    return start(await packaged(new Error(`${installed} was found, and did not start`, { cause: error })))
  }
}
