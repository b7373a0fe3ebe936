/** What one of many costs, beside one of few: an order that is told by an event, and a request that is given up while others wait. */
import { Subject, concat, firstValueFrom, NEVER, of } from 'rxjs'
import { PayloadType, createClient, orders } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { accountId } from './frames'
import { compare, conclude } from './measure'
import type { Row } from './measure'

const FEW = 20
const MANY = 20_000
const BOUND = 3

const orderOf = (orderId: number, limitPrice: number): object => ({
  orderId,
  tradeData: { symbolId: 1, volume: 100_000, tradeSide: 1 },
  orderType: 2,
  orderStatus: 1,
  limitPrice,
})

interface Bench {
  readonly account: Account
  readonly hear: (payloadType: number, payload: object) => void
}

/** An account with so many pending orders, whose server answers nothing but what makes it known. */
const benchOf = (count: number): Bench => {
  const frame$ = new Subject<string>()
  const say = (payloadType: number, payload: object, clientMsgId?: string): void => {
    frame$.next(
      JSON.stringify({ payloadType, clientMsgId, payload: { ctidTraderAccountId: accountId, ...payload } }),
    )
  }
  const answers: Readonly<Record<number, () => object>> = {
    2100: () => ({}),
    2102: () => ({}),
    2121: () => ({ trader: { ctidTraderAccountId: accountId, balance: 0, depositAssetId: 1 } }),
    2124: () => ({ order: Array.from({ length: count }, (_, n) => orderOf(n, 1)) }),
  }
  const send = (text: string): void => {
    const { payloadType, clientMsgId } = JSON.parse(text) as { payloadType: number; clientMsgId?: string }
    const answer = answers[payloadType]
    if (answer) say(payloadType + 1, answer(), clientMsgId)
  }
  const account = createClient({
    connect: () => concat(of({ frame$, send }), NEVER),
    clientId: 'bench',
    clientSecret: 'bench',
    requestTimeout: 600_000,
  }).account({ accountId, accessToken: 'bench' })
  return { account, hear: say }
}

let kept: unknown

/** Amends one order after the other. */
const told = async (count: number): Promise<() => void> => {
  const { account, hear } = benchOf(count)
  const order$ = orders(account)
  order$.subscribe(({ changed }) => {
    kept = changed
  })
  await firstValueFrom(order$)
  let n = 0
  return () => {
    n += 1
    hear(2126, { executionType: 4, order: orderOf(n % count, 1 + n / 1e6), isServerEvent: false })
  }
}

/** Asks for something, and gives it up, where others wait for their turn. */
const givenUp = async (count: number): Promise<() => void> => {
  const { account } = benchOf(0)
  await firstValueFrom(account.accountAuth$)
  const ask = () => account.request(PayloadType.PROTO_OA_SYMBOLS_LIST_REQ, {}).subscribe()
  for (let n = 0; n < count; n += 1) ask()
  return () => {
    ask().unsubscribe()
  }
}

const rowOf = async (name: string, make: (count: number) => Promise<() => void>): Promise<Row> => {
  const acts = await Promise.all([FEW, MANY].map(make))
  const { times, ratios } = compare(acts.map(act => ({ act, text: '', times: 500 })))
  const [few = NaN, many = NaN] = times.map(time => time / 1_000)
  const [, ratio = NaN] = ratios
  return {
    name,
    figures: { [`one of ${FEW}, µs`]: few, [`one of ${MANY.toLocaleString('en')}, µs`]: many },
    bounded: { value: ratio, atMost: BOUND },
  }
}

const measure = async (): Promise<void> => {
  const rows = [
    await rowOf('an order is told by an event', told),
    await rowOf('a request is given up', givenUp),
  ]
  if (kept === undefined) throw new Error('nothing was measured')
  conclude('what one costs where there are many', 'times', rows)
}

measure().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
