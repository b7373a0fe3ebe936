import { PayloadType } from 'rx-ctrader'
import type { Gateway, Owners } from 'rx-ctrader/gateway'
import { instrument } from 'rx-ctrader/opentelemetry'
import { ACCOUNT } from './account'
import { createTelemetry } from './openTelemetry'
import type { Series } from './openTelemetry'

export const frame = (payloadType: number, payload: object = {}) => ({
  payloadType,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})
const open = frame(PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ, { accessToken: 'a' })
/** What a client begins with. */
export const opening = [{ payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } }, open]
export const order = frame(PayloadType.PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: 1,
  tradeSide: 1,
  volume: 100_000,
})

/** What is measured at some moments. They are known when the scene is over. */
type Moments = Readonly<Record<string, Readonly<Record<string, Series>>>>

/** Measures a process from now on. Each moment has an exporter of its own, because one collects once at a time. */
export const measured = (watched: Gateway | Owners, ...names: readonly string[]) => {
  const collected = new Map<string, Promise<Readonly<Record<string, Series>>>>()
  const telemetries = new Map(names.map(name => [name, createTelemetry()]))
  for (const { meter } of telemetries.values()) instrument(watched, { meter })
  return {
    note: (moment: string) => {
      const telemetry = telemetries.get(moment)
      if (telemetry) collected.set(moment, telemetry.collect())
    },
    moments: async (): Promise<Moments> =>
      Object.fromEntries(
        await Promise.all([...collected].map(async ([name, values]) => [name, await values] as const)),
      ),
  }
}

/** The figures of the line `demo` without its name, and others. */
export const figure = (values: Readonly<Record<string, Series>> | undefined, name: string): Series =>
  Object.fromEntries(
    Object.entries(values?.[`ctrader.gateway.${name}`] ?? {}).map(([series, value]) => [
      series.replace(/ ?gateway\.line=demo ?/, '').replace('gateway.', ''),
      value,
    ]),
  )
/** Those of them that have no other attribute. */
export const figures = (values: Readonly<Record<string, Series>> | undefined, ...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, figure(values, name)['']]))
