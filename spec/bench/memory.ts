/** What a million spot frames leave behind. */
import { PayloadType } from 'rx-ctrader'
import { createBench } from './client'
import { accountId } from './frames'
import { conclude } from './measure'

const FRAMES = 1_000_000
const SYMBOLS = 1_000
const BOUND = 5

const collect = globalThis.gc
if (!collect) throw new Error('needs --expose-gc')

const { client, hear } = createBench()
let consumed = 0
client
  .account({ accountId, accessToken: 'bench' })
  .on(PayloadType.PROTO_OA_SPOT_EVENT)
  .subscribe(() => {
    consumed += 1
  })

const run = (frames: number): void => {
  for (let n = 0; n < frames; n++)
    hear(
      `{"payloadType":2131,"payload":{"ctidTraderAccountId":${accountId},"symbolId":${n % SYMBOLS},"bid":${113_000 + (n % 997)},"timestamp":${1_789_757_224_051 + n}}}`,
    )
}
const used = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 1_000_000
}

// Code that is compiled on the way stays, and is no leak.
run(FRAMES / 10)
consumed = 0
const before = used()
run(FRAMES)
const after = used()
if (consumed !== FRAMES) throw new Error(`${consumed} of ${FRAMES} frames came through`)

conclude('heap in use after forced collections, in MB', 'grown by', [
  {
    name: 'a million spot frames',
    figures: { before, after },
    bounded: { value: after - before, atMost: BOUND },
  },
])
