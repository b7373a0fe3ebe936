import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = process.cwd()
/** Where the Angular packages are that need another TypeScript than the library. */
const BUILDER = 'docs/examples/angular/node_modules/@angular/build'

/** The recipes of the guide as an application, with the built package. */
export interface Application {
  readonly folder: string
  /** Builds it with its pages for the server, and gives what was said about it. */
  readonly build: () => Promise<string>
  /** Tests its components with Vitest, and gives what was said about it. */
  readonly test: () => Promise<string>
  /** Starts the server of what was built. */
  readonly start: () => Promise<Served>
  /** Starts the development server, which replaces what is changed. */
  readonly develop: (port: number, target: string) => Promise<Served>
  /** Ends what still runs, and removes the folder. */
  readonly remove: () => void
}

export interface Served {
  readonly url: string
  /** Lets it end by itself, and gives its exit code and what it said about errors. */
  readonly end: () => Promise<readonly [number | null, string]>
}

/** How long a command may take, in ms. */
const LONGEST = 150_000

const ng = ['node_modules/@angular/cli/bin/ng.js']
const env = { ...process.env, NO_COLOR: '1', NG_CLI_ANALYTICS: 'false' }

const link = (to: string, from: string): void => {
  symlinkSync(resolve(root, to), from, 'junction')
}

const linkAll = (folder: string): void => {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@angular'), { recursive: true })
  for (const name of readdirSync('node_modules/@angular'))
    link(join('node_modules/@angular', name), join(modules, '@angular', name))
  link(BUILDER, join(modules, '@angular/build'))
  for (const name of ['@ngrx', '@types', 'happy-dom', 'rxjs', 'tslib', 'vitest'])
    link(join('node_modules', name), join(modules, name))
  link('.', join(modules, 'rx-ctrader'))
}

/** Waits until a process says where it is. */
const whenServing = async (child: ChildProcess, said: RegExp): Promise<Served> => {
  let [errors, output] = ['', '']
  const exited = new Promise<number | null>(done => child.once('exit', done))
  child.stderr?.on('data', text => (errors += String(text)))
  const url = await new Promise<string>((found, fail) => {
    child.stdout?.on('data', text => {
      output += String(text)
      const [, address] = said.exec(output) ?? []
      if (address !== undefined) found(address)
    })
    child.once('exit', () => {
      fail(new Error(`it has ended: ${output}${errors}`))
    })
  })
  return {
    url,
    end: async () => {
      child.stdin?.end()
      return [await exited, errors]
    },
  }
}

export const createApplication = (): Application => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-recipes-'))
  const children: ChildProcess[] = []
  const start = (args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'pipe' })
    children.push(child)
    return child
  }
  const run = async (command: string): Promise<string> => {
    const args = [...ng, command, '--progress=false']
    // A guard that waits on the server would keep a build from ending.
    const options = { cwd: folder, env, timeout: LONGEST }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch(
      (error: unknown) => {
        const { stdout: said } = error as { readonly stdout: string }
        throw new Error(`ng ${command} has failed: ${said}`, { cause: error })
      },
    )
    return stdout + stderr
  }
  cpSync('spec/browser/application', folder, { recursive: true })
  cpSync('docs/examples/angular-recipes', join(folder, 'src/recipes'), { recursive: true })
  linkAll(folder)
  return {
    folder,
    build: () => run('build'),
    test: () => run('test'),
    start: () => whenServing(start(['dist/recipes/server/server.mjs']), /(http:\S+)\n/),
    develop: (port, target) => {
      const proxy = { target, ws: true }
      const paths = { '/ctrader': proxy, '/login': proxy, '/logout': proxy }
      writeFileSync(join(folder, 'proxy.json'), JSON.stringify(paths))
      const options = ['--proxy-config', 'proxy.json', '--host', '127.0.0.1', '--port', String(port)]
      return whenServing(start([...ng, 'serve', ...options]), /Local: +(http:\S+)\/\n/)
    },
    remove: () => {
      for (const child of children) child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
