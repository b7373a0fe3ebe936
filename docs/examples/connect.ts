/** A line through an agent, as that of a proxy is, and a program that is ended by Ctrl-C. */
import { Agent } from 'node:http'
import WebSocket from 'ws'
import {
  Observable,
  Subject,
  fromEvent,
  map,
  merge,
  skipWhile,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs'
import { createClient, spots } from 'rx-ctrader'
import type { Connect, Quote, Socket } from 'rx-ctrader'
import { serveSimulator } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

// #region connect
/** A line by `ws` with an agent of one's own, such as `new HttpsProxyAgent('http://proxy:3128')`. */
const through =
  (agent: Agent, url: string): Connect =>
  () =>
    new Observable<Socket>(subscriber => {
      const webSocket = new WebSocket(url, { agent })
      const frame$ = new Subject<string>()
      webSocket.onopen = () => subscriber.next({ frame$, send: text => webSocket.send(text) })
      webSocket.onmessage = ({ data }) => frame$.next(data as string)
      webSocket.onerror = ({ message }) => subscriber.error(new Error(message))
      webSocket.onclose = () => subscriber.complete()
      return () => webSocket.close()
    })
// #endregion

const session = (url: string): Observable<string> => {
  const client = createClient({
    connect: through(new Agent(), url),
    clientId: 'demo',
    clientSecret: 'demo',
    linger: 100,
  })
  const account = client.account({ accountId: 12345678, accessToken: 'demo' })
  const quote$ = new Subject<Quote>()
  const tell = (quote: Quote): void => quote$.next(quote)

  // #region end
  const stop$ = fromEvent(process, 'SIGINT') // Ctrl-C
  spots(account, 'BTCUSD')
    .pipe(takeUntil(stop$))
    .subscribe({ next: tell, complete: () => console.log('stopped') })
  // #endregion

  return merge(
    quote$.pipe(
      take(1),
      map(() => 'a quote'),
      tap(() => process.kill(process.pid, 'SIGINT')),
    ),
    client.connection$.pipe(map(({ status }) => status)),
  )
}

serveSimulator(createSimulator({ seed: 42 }), { port: 0 })
  .pipe(
    switchMap(({ url }) => session(url)),
    skipWhile(said => said !== 'connected'),
    takeWhile(said => said !== 'idle', true),
  )
  .subscribe(said => console.log(said))
