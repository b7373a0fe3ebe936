/** A simulator behind a port of this machine, a client over a real WebSocket, and a fault by HTTP. */
import { map, switchMap, takeWhile, tap } from 'rxjs'
import { createClient, webSocketConnect } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import type { Fault } from 'rx-ctrader/simulator'
import { createSimulator } from 'rx-ctrader/simulator'

// #region serve
const stateAt = (url: string) =>
  createClient({ connect: webSocketConnect(url), clientId: 'demo', clientSecret: 'demo' }).account({
    accountId: 12345678,
    accessToken: 'demo',
  }).authenticated$

const faultAt = (url: string, fault: Fault) =>
  fetch(`${url.replace(/^ws/, 'http')}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })

serveSimulator(createSimulator({ seed: 42 }), { port: 0, control: true })
  .pipe(
    switchMap(({ url }) =>
      stateAt(url).pipe(
        map(({ status }) => status),
        tap(status => {
          if (status === 'authenticated') void faultAt(url, { kind: 'drop' })
        }),
      ),
    ),
    takeWhile(status => status !== 'reconnecting', true),
  )
  .subscribe({
    next: status => console.log(status),
    // Unsubscribing, as `takeWhile` does, closes the port.
    complete: () => console.log('closed'),
  })
// #endregion
