/** What validation and routing cost on top of `JSON.parse`, in one process. */
import { switchMap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import { createBench } from './client'
import { frames } from './frames'
import { compare, conclude } from './measure'
import type { Row } from './measure'

const FRAMES_PER_ROUND = 8_000
const MEAN_BOUND = 1.3
const SINGLE_BOUND = 1.5

const { client, hear } = createBench()
let consumed = 0
const types = [
  PayloadType.PROTO_OA_SPOT_EVENT,
  PayloadType.PROTO_OA_DEPTH_EVENT,
  PayloadType.PROTO_OA_EXECUTION_EVENT,
  PayloadType.PROTO_OA_GET_TRENDBARS_RES,
] as const
for (const payloadType of types)
  client.appAuth$.pipe(switchMap(link => link.on(payloadType))).subscribe(() => {
    consumed += 1
  })

let parsed: unknown
const parse = (text: string): void => {
  parsed = JSON.parse(text)
}

const measure = ([name, text]: readonly [string, string]): Row => {
  const times = Math.max(8, Math.round((FRAMES_PER_ROUND * 150) / text.length))
  const acts = [parse, hear].map(act => ({ act, text, times }))
  const {
    times: [parsing = NaN, ours = NaN],
    ratios: [, ratio = NaN],
  } = compare(acts)
  return {
    name,
    figures: { 'JSON.parse, ns': parsing, 'ours, ns': ours },
    bounded: { value: ratio, atMost: SINGLE_BOUND },
  }
}

// The first pass warms up all frames, so that none is measured with code made for it alone.
Object.entries(frames).forEach(measure)
const rows = Object.entries(frames).map(measure)
if (parsed === undefined || consumed === 0) throw new Error('nothing was measured')
const mean = Math.exp(
  rows.reduce((sum, { bounded }) => sum + Math.log(bounded?.value ?? NaN), 0) / rows.length,
)

conclude('text to decoded, validated, routed message, beside JSON.parse of the same text alone', 'ratio', [
  ...rows,
  { name: 'geometric mean', figures: {}, bounded: { value: mean, atMost: MEAN_BOUND } },
])
