/** Our way from the frame of a spot event to its listener beside that of `@reiryoku/ctrader-layer`. */
import { PayloadType } from 'rx-ctrader'
import { createBench } from './client'
import { frames } from './frames'
import { createLayer } from './layer'
import { compare, conclude } from './measure'

const BOUND = 15
const THEIR_FRAMES_PER_ROUND = 200

const text = frames['spot'] ?? ''
const { payload } = JSON.parse(text) as { payload: Record<string, number> }

let theirs: Readonly<Record<string, unknown>> = {}
let ours: unknown
const hearTheirs = createLayer(payload, descriptor => {
  theirs = descriptor
})
const { client, hear } = createBench()
client.on(PayloadType.PROTO_OA_SPOT_EVENT).subscribe(message => {
  ours = message.payload
})

hearTheirs()
hear(text)
// Theirs gives the 64-bit fields as text.
for (const [field, value] of Object.entries(payload))
  if (Number(theirs[field]) !== value || (ours as typeof payload)[field] !== value)
    throw new Error(`${field} is not what was sent`)

const acts = [
  { act: hear, text, times: THEIR_FRAMES_PER_ROUND * BOUND },
  { act: hearTheirs, text, times: THEIR_FRAMES_PER_ROUND },
]
compare(acts)
const {
  times: [oursTook = NaN, theirsTook = NaN],
  ratios: [, ratio = NaN],
} = compare(acts)

conclude('frame of a spot event to its listener, beside @reiryoku/ctrader-layer 2.2.0', 'times as fast', [
  {
    name: '@reiryoku/ctrader-layer',
    figures: { 'a frame, ns': theirsTook, 'frames a second': 1e9 / theirsTook },
  },
  {
    name: 'ours',
    figures: { 'a frame, ns': oursTook, 'frames a second': 1e9 / oursTook },
    bounded: { value: ratio, atLeast: BOUND },
  },
])
