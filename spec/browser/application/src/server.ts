import { AngularNodeAppEngine, isMainModule, writeResponseToNodeResponse } from '@angular/ssr/node'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const engine = new AngularNodeAppEngine()

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { url = '/' } = request
  if (extname(url) === '.js') {
    response.setHeader('content-type', 'text/javascript')
    response.end(await readFile(join(import.meta.dirname, '../browser', url)))
    return
  }
  const page = await engine.handle(request)
  if (page) await writeResponseToNodeResponse(page, response)
  else response.writeHead(404).end()
}

if (isMainModule(import.meta.url)) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  }).listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  // What is still open then keeps this process alive.
  process.stdin.on('end', () => server.close()).resume()
}
