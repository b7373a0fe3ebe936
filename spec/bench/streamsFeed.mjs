/**
 * The server of the streams, in a process of its own until its parent ends. It answers every request at once. It sends
 * each subscribed line as many events a second as its parent last said. It is not the simulator: to make prices would
 * cost more than to read them.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { WebSocketServer } from 'ws'

const SYMBOLS = 100
const LEVELS = 10
const LOT = 10_000_000
const CHUNK = 200
/** What may wait to be sent, in bytes: a client that is slower gets as much as it can read. */
const WAITING = 1_000_000
/** What is not answered by the type after it: live bars. */
const answers = { 2135: 2165, 2136: 2166 }
const START = Date.UTC(2026, 0, 7, 12)

let perSecond = 0

/** The events of all symbols in turn, a spot event and a depth event of each: as texts, without end. */
const eventsOf = ctidTraderAccountId => {
  const begun = performance.now()
  const symbols = Array.from({ length: SYMBOLS }, (_, n) => {
    const bid = 100_000 + n
    const book = Array.from({ length: 2 * LEVELS }, (_, level) => level + 1)
    return { symbolId: n + 1, bid, minute: 0, open: bid, low: bid, high: bid, volume: 0, book, nextId: 1_000 }
  })
  const quote = (symbol, id, level) => {
    const side = level < LEVELS ? 'bid' : 'ask'
    const price = symbol.bid + (level < LEVELS ? -level : level - LEVELS + 1)
    return `{"id":${id},"size":${LOT * (1 + (id % 30))},"${side}":${price}}`
  }
  const event = (payloadType, symbolId, rest) =>
    `{"payloadType":${payloadType},"payload":{"ctidTraderAccountId":${ctidTraderAccountId},"symbolId":${symbolId},${rest}}}`
  const spot = (symbol, round) => {
    const timestamp = START + Math.floor(performance.now() - begun)
    const sides = round % 4
    if (sides === 3) {
      symbol.volume += 1
      return event(2131, symbol.symbolId, `"ask":${symbol.bid + 1 + (round % 5)},"timestamp":${timestamp}`)
    }
    symbol.bid += ((round * 7 + symbol.symbolId) % 5) - 2
    const { bid } = symbol
    const minute = Math.floor(timestamp / 60_000)
    if (minute > symbol.minute) Object.assign(symbol, { minute, open: bid, low: bid, high: bid, volume: 0 })
    symbol.low = Math.min(symbol.low, bid)
    symbol.high = Math.max(symbol.high, bid)
    symbol.volume += sides === 0 ? 2 : 1
    const { open, low, high, volume } = symbol
    const bar = `{"volume":${volume},"period":1,"low":${low},"deltaOpen":${open - low},"deltaHigh":${high - low},"utcTimestampInMinutes":${minute}}`
    const ask = sides === 0 ? `"ask":${bid + 1},` : ''
    return event(2131, symbol.symbolId, `"bid":${bid},${ask}"trendbar":[${bar}],"timestamp":${timestamp}`)
  }
  /** One level is another quote, and one has another size. */
  const change = (symbol, round) => {
    const [level, other] = [round % (2 * LEVELS), (round * 7 + 3) % (2 * LEVELS)]
    const gone = symbol.book[level]
    symbol.nextId += 1
    symbol.book[level] = symbol.nextId
    const quotes = [level, ...(other === level ? [] : [other])].map(at => quote(symbol, symbol.book[at], at))
    return event(2155, symbol.symbolId, `"newQuotes":[${quotes}],"deletedQuotes":[${gone}]`)
  }
  let n = -1
  return {
    first: symbolId => {
      const symbol = symbols[symbolId - 1]
      return spot(symbol, 0)
    },
    book: symbolId => {
      const symbol = symbols[symbolId - 1]
      return event(
        2155,
        symbolId,
        `"newQuotes":[${symbol.book.map((id, level) => quote(symbol, id, level))}]`,
      )
    },
    next: () => {
      n += 1
      const round = Math.floor(n / SYMBOLS)
      const symbol = symbols[n % SYMBOLS]
      return round % 2 === 0 ? spot(symbol, round >> 1) : change(symbol, round >> 1)
    },
  }
}

/** Sends what is due, and again soon, as long as the line is open. */
const feed = (socket, line, next) => {
  let [since, rate, sent] = [performance.now(), perSecond, 0]
  const turn = () => {
    if (socket.readyState !== socket.OPEN) return
    if (rate !== perSecond) [since, rate, sent] = [performance.now(), perSecond, 0]
    const due = Math.min(CHUNK, Math.floor(((performance.now() - since) * rate) / 1_000) - sent)
    if (due > 0 && socket.bufferedAmount < WAITING) {
      line.cork()
      for (let i = 0; i < due; i += 1) socket.send(next())
      line.uncork()
      sent += due
    }
    setImmediate(turn)
  }
  turn()
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
server.on('connection', (socket, { socket: line }) => {
  let events
  socket.on('message', data => {
    const { payloadType, clientMsgId, payload } = JSON.parse(data)
    const answerType = answers[payloadType] ?? payloadType + 1
    const answer = rest => socket.send(JSON.stringify({ payloadType: answerType, clientMsgId, ...rest }))
    if (payloadType === 51) return
    if (payloadType === 2100) {
      answer({})
      return
    }
    const { ctidTraderAccountId, symbolId = [] } = payload
    answer({ payload: { ctidTraderAccountId, ...(payloadType === 2137 && { period: payload.period }) } })
    if (payloadType === 2102 && !events) {
      events = eventsOf(ctidTraderAccountId)
      feed(socket, line, events.next)
    }
    if (payloadType === 2127) for (const id of symbolId) socket.send(events.first(id))
    if (payloadType === 2155) for (const id of symbolId) socket.send(events.book(id))
  })
  socket.on('error', () => undefined)
})
server.on('listening', () => process.send({ url: `ws://127.0.0.1:${server.address().port}` }))
process.on('message', message => {
  perSecond = message.perSecond ?? Infinity
})
process.on('disconnect', () => process.exit())
