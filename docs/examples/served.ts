/** A simulator behind a port of this machine, a client over a real WebSocket, and a fault by HTTP. */
import { from, ignoreElements, map, merge, switchMap, take, takeWhile } from 'rxjs'
import { createClient, webSocketConnect } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const session = (url: string) => {
  const client = createClient({
    connect: webSocketConnect(url),
    clientId: 'demo',
    clientSecret: 'demo',
    linger: 0,
  })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const control = (fault: object) =>
    from(
      fetch(`${url.replace(/^ws/, 'http')}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      }),
    )
  const drop$ = account.accountAuth$.pipe(
    take(1),
    switchMap(() => control({ kind: 'drop' })),
    ignoreElements(),
  )
  const status$ = account.authenticated$.pipe(
    map(({ status }) => status),
    takeWhile(status => status !== 'reconnecting', true),
  )
  return merge(status$, drop$)
}

// #region serve
serveSimulator(createSimulator({ seed: 42 }), { port: 0, control: true })
  .pipe(
    switchMap(({ url }) => session(url)),
    takeWhile(status => status !== 'reconnecting', true),
  )
  .subscribe({
    next: status => console.log(status),
    // Unsubscribing, as `takeWhile` does, closes the port.
    complete: () => console.log('closed'),
  })
// #endregion
