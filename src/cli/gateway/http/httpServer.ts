import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Observable } from 'rxjs'

/** Answers requests at a port while subscribed. Emits the beginning of its addresses. */
export const startHttpServer = (
  listener: RequestListener,
  { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string | undefined },
): Observable<string> =>
  new Observable(subscriber => {
    const server = createServer(listener)
    server.on('error', error => {
      subscriber.error(error)
    })
    server.listen(port, host, () => {
      const { address, family, port: used } = server.address() as AddressInfo
      subscriber.next(`http://${family === 'IPv6' ? `[${address}]` : address}:${used}`)
    })
    return () => {
      server.close()
      server.closeAllConnections()
    }
  })
