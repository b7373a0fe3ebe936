/**
 * A gateway behind a port in front of a simulator, in a process of its own until its parent ends. The parent says with
 * `{ prices: true }` when prices of the simulator reach the gateway. Each answer says what the gateway has used so far.
 */
import { NEVER, concat, filter, map, of } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import { WebSocketServer } from 'ws'

const SPOT = '{"payloadType":2131,'

/** Sends each price to all who are connected, and does nothing else: what the sockets alone take. */
const serveBare = (connect, account, onUrl) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  const corked = []
  const flush = () => {
    for (const socket of corked.splice(0)) socket.uncork()
  }
  connect().subscribe(({ frame$, send }) => {
    const ask = (payloadType, payload) => send(JSON.stringify({ payloadType, payload }))
    let hasSubscribed = false
    const sockets = new Set()
    server.on('connection', (webSocket, { socket }) => {
      webSocket.on('message', data => {
        const { payloadType, payload } = JSON.parse(data)
        webSocket.send(`{"payloadType":${payloadType + 1},"payload":{}}`)
        if (payloadType !== 2127) return
        sockets.add([webSocket, socket])
        if (!hasSubscribed) ask(2127, payload)
        hasSubscribed = true
      })
    })
    frame$.subscribe(text => {
      const { payloadType } = JSON.parse(text)
      if (payloadType === 2101) ask(2102, { ctidTraderAccountId: account, accessToken: 'demo' })
      if (payloadType === 2103) onUrl(`ws://127.0.0.1:${server.address().port}`)
      if (payloadType !== 2131) return
      process.nextTick(flush)
      for (const [webSocket, socket] of sockets) {
        if (socket.writableCorked === 0) {
          socket.cork()
          corked.push(socket)
        }
        webSocket.send(text)
      }
    })
    ask(2100, { clientId: 'demo', clientSecret: 'demo' })
  })
}

process.once('message', ({ simulator, account, limits, isBare }) => {
  const open = webSocketConnect(simulator)
  const counts = { lines: 0, requests: 0, spotRequests: 0, prices: 0 }
  let hasPrices = false
  /** When each price came, by its symbol and time, in ns. */
  let arrivals = []

  const receive = text => {
    if (!text.startsWith(SPOT)) return true
    if (!hasPrices) return false
    counts.prices += 1
    const { payload } = JSON.parse(text)
    arrivals.push([`${payload.symbolId} ${payload.timestamp}`, String(process.hrtime.bigint())])
    return true
  }
  const count = text => {
    const { payloadType, payload } = JSON.parse(text)
    if (payloadType === 51) return
    counts.requests += 1
    if (payloadType === 2127) counts.spotRequests += payload.symbolId.length
  }
  const connect = () => {
    counts.lines += 1
    return open().pipe(
      map(({ frame$, send }) => ({
        frame$: frame$.pipe(filter(receive)),
        send: text => {
          count(text)
          send(text)
        },
      })),
    )
  }
  let peers = 0
  process.on('message', ({ prices = hasPrices }) => {
    hasPrices = prices
    globalThis.gc()
    const { heapUsed, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    process.send({ ...counts, peers, arrivals, used: heapUsed + external, cpu: (user + system) / 1e6 })
    arrivals = []
  })
  if (isBare) {
    serveBare(connect, account, url => process.send({ url }))
    return
  }
  const gateway = createGateway({
    application: { clientId: 'demo', clientSecret: 'demo' },
    origins: [],
    lines: [{ name: 'demo', environment: 'demo', connect }],
    grants: { load: () => of({ tokens: { accessToken: 'demo' }, version: '1' }), save: () => NEVER },
    authenticate: ({ token }) => of({ userId: token }),
    entitle: () =>
      concat(of([{ accountId: account, environment: 'demo', grantId: 'one', scope: 'trade' }]), NEVER),
    limits,
  })
  gateway.health$.subscribe(health => {
    peers = health.peers
  })
  serveGateway(gateway, { port: 0, connectionsPerAddress: 10_000 }).subscribe(({ url }) => {
    process.send({ url })
  })
})
process.on('disconnect', () => process.exit())
