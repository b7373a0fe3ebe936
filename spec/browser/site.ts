import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { promisify } from 'node:util'

const APPLICATION = join('docs', 'examples', 'angular')

/** Builds the application as one that is published, and gives what was said about it. */
export const build = async (folder: string): Promise<string> => {
  const ng = join(process.cwd(), 'node_modules', '@angular', 'cli', 'bin', 'ng.js')
  const args = [ng, 'build', '--output-path', folder, '--stats-json', '--progress=false']
  const options = { cwd: APPLICATION, env: { ...process.env, NO_COLOR: '1', NG_CLI_ANALYTICS: 'false' } }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options)
  return stdout + stderr
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

export interface Site {
  readonly url: string
  readonly close: () => void
}

/** Serves a folder at a free port of this machine. */
export const serveFolder = (folder: string): Promise<Site> =>
  new Promise((resolve, reject) => {
    const server = createServer(({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost')
      const path = pathname === '/' ? '/index.html' : normalize(pathname)
      try {
        const content = readFileSync(join(folder, path))
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
        response.end(content)
      } catch {
        response.writeHead(404).end()
      }
    })
    server.on('error', reject)
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://localhost:${port}`,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
