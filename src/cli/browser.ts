import { spawn } from 'node:child_process'

const programs: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Opens a page in the user's browser, or in the program that the variable BROWSER names. */
export const openBrowser = (url: string): void => {
  const named = process.env['BROWSER']
  const [program = '', ...args] = named ? [named] : (programs[process.platform] ?? ['xdg-open'])
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  // The user sees the address, too.
  child.on('error', () => undefined)
  child.unref()
}
