/** What a frame to its one consumer costs with OpenTelemetry, beside one without. */
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { PayloadType } from 'rx-ctrader'
import type { Client } from 'rx-ctrader'
import { instrument } from 'rx-ctrader/opentelemetry'
import { createBench } from './client'
import { accountId, frames } from './frames'
import { compare, conclude } from './measure'

const FRAMES_PER_ROUND = 2_000
const BOUND = 1.05

/** Collects nothing by itself: what a collection costs does not depend on the frames. */
class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

const meters = new MeterProvider({ readers: [new Reader()] })
const tracers = new BasicTracerProvider()

let consumed = 0

const way = (payloadType: number, prepare: (client: Client) => void): ((text: string) => void) => {
  const { client, hear } = createBench()
  prepare(client)
  client
    .account({ accountId, accessToken: 'bench' })
    .on(payloadType as typeof PayloadType.PROTO_OA_SPOT_EVENT)
    .subscribe(() => {
      consumed += 1
    })
  return hear
}

const plain = (): void => undefined
const instrumented = (client: Client): void => {
  instrument(client, { meter: meters.getMeter('bench'), tracer: tracers.getTracer('bench') })
}

const rows = (
  [
    ['a quote', 'spot', PayloadType.PROTO_OA_SPOT_EVENT],
    ['a depth event, 10 quotes', 'depth, 10 quotes', PayloadType.PROTO_OA_DEPTH_EVENT],
    ['an execution event', 'execution', PayloadType.PROTO_OA_EXECUTION_EVENT],
  ] as const
).map(([name, frame, payloadType]) => {
  const text = frames[frame] ?? ''
  const acts = [plain, instrumented].map(prepare => ({
    act: way(payloadType, prepare),
    text,
    times: FRAMES_PER_ROUND,
  }))
  for (const { act } of acts) {
    consumed = 0
    act(text)
    if (consumed !== 1) throw new Error('a frame did not go to its consumer')
  }
  compare(acts)
  const { times, ratios } = compare(acts)
  return {
    name,
    figures: { 'plain, ns': times[0] ?? NaN, 'instrumented, ns': times[1] ?? NaN },
    bounded: { value: ratios[1] ?? NaN, atMost: BOUND },
  }
})

conclude('one frame to its one consumer, instrumented beside not', 'ratio', rows)
