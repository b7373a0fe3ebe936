/**
 * What validation and routing cost on top of `JSON.parse`: `npm run bench`. Both are run in turn in one process, and
 * the medians of their ratios are shown, because the machine's speed drifts and the ratio does not.
 */
import { NEVER, Subject, concat, of, switchMap } from 'rxjs'
import { PayloadType, createClient } from 'rx-ctrader'
import { frames } from './frames'

const ROUNDS = 41
const FRAMES_PER_ROUND = 20_000
const MEAN_BOUND = 1.3
const SINGLE_BOUND = 1.5

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

const time = (act: (text: string) => void, text: string, times: number): number => {
  const begin = process.hrtime.bigint()
  for (let n = 0; n < times; n++) act(text)
  return Number(process.hrtime.bigint() - begin) / times
}

const frame$ = new Subject<string>()
let consumed = 0
const client = createClient({
  connect: () =>
    concat(
      of({
        frame$,
        send: (text: string) => {
          const { payloadType, clientMsgId } = JSON.parse(text) as {
            payloadType: number
            clientMsgId?: string
          }
          if (payloadType === 2100) frame$.next(JSON.stringify({ payloadType: 2101, clientMsgId }))
        },
      }),
      NEVER,
    ),
  clientId: 'bench',
  clientSecret: 'bench',
})
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
client.rejected$.subscribe(({ faults }) => {
  throw new Error(JSON.stringify(faults))
})

let parsed: unknown
const parse = (text: string): void => {
  parsed = JSON.parse(text)
}
const ours = (text: string): void => {
  frame$.next(text)
}

const measure = (text: string): { parse: number; ours: number; ratio: number } => {
  const times = Math.max(20, Math.round((FRAMES_PER_ROUND * 150) / text.length))
  const rounds = Array.from({ length: ROUNDS }, () => {
    const a = time(parse, text, times)
    const b = time(ours, text, times)
    return { parse: a, ours: b, ratio: b / a }
  })
  return {
    parse: Math.round(median(rounds.map(round => round.parse))),
    ours: Math.round(median(rounds.map(round => round.ours))),
    ratio: median(rounds.map(round => round.ratio)),
  }
}

// The first pass warms up all frames, so that none is measured with code made for it alone.
Object.values(frames).forEach(measure)
const rows = Object.entries(frames).map(([name, text]) => ({ name, ...measure(text) }))
const mean = Math.exp(rows.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / rows.length)

console.log('text to decoded, validated, routed message, in ns, beside JSON.parse of the same text alone')
console.table(rows.map(row => ({ ...row, ratio: Number(row.ratio.toFixed(2)) })))
console.log(`geometric mean ${mean.toFixed(2)}, to be at most ${MEAN_BOUND}, none above ${SINGLE_BOUND}`)
if (parsed === undefined || consumed === 0) throw new Error('nothing was measured')
process.exit(mean > MEAN_BOUND || rows.some(({ ratio }) => ratio > SINGLE_BOUND) ? 1 : 0)
