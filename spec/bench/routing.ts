/** What a frame to its one consumer costs when there are a thousand consumers of others. */
import { filter } from 'rxjs'
import { PayloadType, ofType } from 'rx-ctrader'
import type { Account, Client } from 'rx-ctrader'
import { createBench } from './client'
import { accountId, frames } from './frames'
import { compare, conclude } from './measure'

const OTHERS = 1_000
const FRAMES_PER_ROUND = 4_000
const BOUND = 1.2

const { PROTO_OA_SPOT_EVENT } = PayloadType
const otherTypes = Object.values(PayloadType).filter(payloadType => payloadType !== PROTO_OA_SPOT_EVENT)
const others = Array.from({ length: OTHERS }, (_, n) => n)
let consumed = 0
let misled = 0
const consume = (): void => {
  consumed += 1
}
const beMisled = (): void => {
  misled += 1
}

/** A client with a consumer of symbol 1 and what else a crowd adds; gives the way in for its frames. */
const crowded = (
  crowd: (client: Client, account: Account) => void,
  one: (account: Account, client: Client) => void = account =>
    account.on(PROTO_OA_SPOT_EVENT, 1).subscribe(consume),
): ((text: string) => void) => {
  const { client, hear } = createBench()
  const account = client.account({ accountId, accessToken: 'bench' })
  one(account, client)
  crowd(client, account)
  return hear
}

const filtered = (client: Client, symbolId: number, consumer: () => void): void => {
  client.message$
    .pipe(
      ofType(PROTO_OA_SPOT_EVENT),
      filter(({ payload }) => payload.symbolId === symbolId),
    )
    .subscribe(consumer)
}

const crowds: readonly (readonly [name: string, hear: (text: string) => void, bounded: boolean])[] = [
  ['alone', crowded(() => undefined), false],
  [
    '+ 1,000 of other payload types',
    crowded(client => {
      for (const n of others) client.on(otherTypes[n % otherTypes.length] ?? 51).subscribe(beMisled)
    }),
    true,
  ],
  [
    '+ 1,000 of other symbols',
    crowded((_, account) => {
      for (const n of others) account.on(PROTO_OA_SPOT_EVENT, 2 + n).subscribe(beMisled)
    }),
    true,
  ],
  [
    'the same by filtering one stream',
    crowded(
      client => {
        for (const n of others) filtered(client, 2 + n, beMisled)
      },
      (_, client) => {
        filtered(client, 1, consume)
      },
    ),
    false,
  ],
]

const text = frames['spot'] ?? ''
const acts = crowds.map(([name, act]) => ({
  act,
  text,
  times: name.includes('filtering') ? FRAMES_PER_ROUND / 50 : FRAMES_PER_ROUND,
}))
for (const { act } of acts) {
  consumed = misled = 0
  act(text)
  if (consumed !== 1 || misled !== 0) throw new Error('a frame did not go to its consumer alone')
}
// The first pass warms up all crowds, so that none is measured with code made for it alone.
compare(acts)
const { times, ratios } = compare(acts)

conclude(
  'one frame to its one consumer, beside consumers of others',
  'ratio',
  crowds.map(([name, , bounded], index) => ({
    name,
    figures: { 'a frame, ns': times[index] ?? NaN },
    bounded: { value: ratios[index] ?? NaN, ...(bounded && { atMost: BOUND }) },
  })),
)
