import type { Meter, Tracer } from '@opentelemetry/api'
import { Subscription } from 'rxjs'
import { invalidOption } from '../errors'
import type { Gateway } from '../gateway/edge'
import type { Owners } from '../gateway/owners'
import { getGatewayActivity } from '../gateway/activity'
import type { GatewayActivity } from '../gateway/activity'
import { checkNames } from '../options'
import { getActivity } from '../session/activity'
import type { Activity } from '../session/activity'
import type { Client } from '../session/client'
import { measureAccounts } from './metrics/accounts'
import { accountNamer } from './model/attributes'
import type { NameAccount } from './model/attributes'
import { attributedMeter } from './metrics/attributedMeter'
import { measureClock } from './metrics/clock'
import { measureBus } from './metrics/bus'
import { measureGateway } from './metrics/gateway'
import { gatewayLineAttributes, measureGatewayLines } from './metrics/gatewayLines'
import { measureLines } from './metrics/lines'
import { watchMessages } from './model/messages'
import { measureOrders } from './metrics/orders'
import { measureRequests } from './metrics/requests'
import { traceClient } from './spans/spans'

/** Settings of `instrument`. At least one of `meter` and `tracer` must be there. */
export interface InstrumentOptions {
  /** Gets the counters and histograms: `metrics.getMeter('rx-ctrader')` of `@opentelemetry/api`. */
  readonly meter?: Meter
  /** Gets the spans of requests and orders: `trace.getTracer('rx-ctrader')`. */
  readonly tracer?: Tracer
  /**
   * Whether spans, and the metrics of orders, gaps and account failures, name the account as `ctrader.account.id`. A
   * function gives another name for it. Default false. In metrics, each account is a series of its own.
   */
  readonly accountIds?: boolean | ((accountId: number) => string)
}

const names: Readonly<Record<keyof InstrumentOptions, true>> = { meter: true, tracer: true, accountIds: true }

const checkInstrument = (option: string, value: object | undefined, method: string): void => {
  if (value !== undefined && typeof (value as Record<string, unknown> | null)?.[method] !== 'function')
    throw invalidOption(option, `must be a ${option} of @opentelemetry/api`)
}

interface Instruments {
  readonly meter: Meter | undefined
  readonly tracer: Tracer | undefined
  readonly nameOf: NameAccount
}

const instrumentClient = (
  client: Client,
  activity: Activity,
  { meter, tracer, nameOf }: Instruments,
): Subscription => {
  const { messages, watching: instrumenting } = watchMessages(activity)
  if (meter) {
    instrumenting.add(measureRequests(meter, activity))
    instrumenting.add(measureLines(meter, activity, client, messages))
    instrumenting.add(measureAccounts(meter, activity, nameOf))
    instrumenting.add(measureOrders(meter, activity, nameOf))
    instrumenting.add(measureClock(meter, messages))
  }
  if (tracer) instrumenting.add(traceClient(tracer, activity, messages, nameOf))
  return instrumenting
}

/** The gateway, and the client on each of its lines to cTrader. */
const instrumentGateway = (gateway: GatewayActivity, instruments: Instruments): Subscription => {
  const instrumenting = new Subscription()
  const { meter } = instruments
  if (meter) {
    instrumenting.add(measureGateway(meter, gateway))
    instrumenting.add(measureGatewayLines(meter, gateway.lines))
    instrumenting.add(measureBus(meter, gateway))
  }
  for (const { client, name } of gateway.lines) {
    const activity = getActivity(client)
    const ofLine = meter && attributedMeter(meter, gatewayLineAttributes(name))
    if (activity) instrumenting.add(instrumentClient(client, activity, { ...instruments, meter: ofLine }))
  }
  return instrumenting
}

/**
 * Counts and traces what a client does, or a gateway with its lines to cTrader, from now on until you unsubscribe. Gives
 * metrics to a `meter`, and spans to a `tracer`. It opens no line. No secret, text of an error, order or user is in it,
 * and no account id unless you ask for it.
 *
 * Returns a subscription, because it starts at once: unsubscribing ends the open spans and the reading of gauges. Throws
 * `InvalidOption` for wrong options, and for anything but a client of `createClient`, a gateway of `createGateway` or
 * `createEdge`, and owners of `createOwners`.
 *
 * ```ts
 * import { metrics, trace } from '@opentelemetry/api'
 *
 * instrument(client, { meter: metrics.getMeter('rx-ctrader'), tracer: trace.getTracer('rx-ctrader') })
 * ```
 */
export const instrument = (watched: Client | Gateway | Owners, options: InstrumentOptions): Subscription => {
  checkNames(options, names)
  const { meter, tracer, accountIds = false } = options
  checkInstrument('meter', meter, 'createCounter')
  checkInstrument('tracer', tracer, 'startSpan')
  if (!meter && !tracer) throw invalidOption('meter', 'must be there if there is no tracer')
  if (typeof accountIds !== 'boolean' && typeof accountIds !== 'function')
    throw invalidOption('accountIds', 'must be a boolean or a function')
  const instruments: Instruments = { meter, tracer, nameOf: accountNamer(accountIds) }
  const client = getActivity(watched)
  if (client) return instrumentClient(watched as Client, client, instruments)
  const gateway = getGatewayActivity(watched)
  if (!gateway)
    throw invalidOption('client', 'must be one made by createClient, or a gateway of createGateway')
  return instrumentGateway(gateway, instruments)
}
