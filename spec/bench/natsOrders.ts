/**
 * How long an order takes through an edge, an owner and its journal, in processes of their own over NATS. Beside it, what
 * NATS alone takes for the same messages between the same processes: a request, an entry in a journal, and an event.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { startNatsServer } from '../support/natsServer'
import { boundedRow, conclude, median } from './measure'
import { edgeAt, openBrowser, startOwner } from './natsParts'

/** So many lines that no order waits for its turn in a lane: each line sends 50 in a second. */
const LINES = Array.from({ length: 24 }, (_, index) => `demo-${index + 1}`)
const ACCOUNTS = Array.from({ length: 96 }, (_, index) => index + 1)
/** In each, an order of each account. */
const ROUNDS = 3
/** So many before them, one after another: code that has run a few hundred times is not compiled yet. */
const WARM_ROUNDS = 30
/** Longer than the limits of lines look back, in ms. */
const BETWEEN = 1_500
/** A processor that had nothing to do for so many ms takes longer to wake up. */
const REST = 25

type Listen = (listener: (text: string) => void) => void

const measure = async (): Promise<void> => {
  const server = await startNatsServer()
  const { stop } = await startOwner(server.url, 'owner', LINES, LINES.length, true)
  const browser = await openBrowser(await edgeAt(server, ACCOUNTS), ACCOUNTS)
  const nats = await server.connect()
  let onEvent: (text: string) => void = () => undefined
  nats.subscribe('bench.event', {
    callback: (_, message) => {
      onEvent(message.string())
    },
  })
  await nats.flush()

  let count = 0
  /** How long each order takes until its text comes back, in ms. */
  const times = async (send: (frame: string) => void, listen: Listen, rest: number): Promise<number[]> => {
    const found: number[] = []
    for (const ctidTraderAccountId of ACCOUNTS) {
      const clientMsgId = `order ${(count += 1)}`
      const payload = { ctidTraderAccountId, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 }
      const began = performance.now()
      await new Promise<void>(resolve => {
        listen(text => {
          if (text.includes(`"clientMsgId":"${clientMsgId}"`)) resolve()
        })
        send(JSON.stringify({ payloadType: 2106, clientMsgId, payload }))
      })
      found.push(performance.now() - began)
      if (rest > 0) await pause(rest)
    }
    return found
  }
  const order = (rest: number): Promise<number[]> => times(browser.receive, browser.listen, rest)
  const alone = (rest: number): Promise<number[]> =>
    times(
      frame => {
        nats.publish('bench.request', frame, { reply: 'bench.reply' })
      },
      listener => {
        onEvent = listener
      },
      rest,
    )

  const rows = [
    { name: 'one after another, through edge, owner and journal', act: order, rest: 0, bound: { atMost: 2 } },
    { name: '… the same messages with NATS alone', act: alone, rest: 0, bound: {} },
    {
      name: `after a rest of ${REST} ms, through edge, owner and journal`,
      act: order,
      rest: REST,
      bound: {},
    },
    { name: '… the same messages with NATS alone', act: alone, rest: REST, bound: {} },
  ].map(row => ({ ...row, found: [] as number[] }))
  for (let round = 0; round < WARM_ROUNDS; round += 1) for (const act of [order, alone]) await act(0)
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { act, found, rest } of rows) {
      await pause(BETWEEN)
      found.push(...(await act(rest)))
    }
  stop()
  await server.kill()

  conclude(
    'an order over NATS, p50, in ms',
    'measured',
    rows.map(({ name, found, bound }) => boundedRow(name, median(found), bound)),
  )
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
