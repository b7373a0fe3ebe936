import { PayloadType } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { instrument } from 'rx-ctrader/opentelemetry'
import { ACCOUNT } from '../support/account'
import { gatewayOver } from '../support/gatewayScene'
import { createTelemetry } from '../support/openTelemetry'
import type { Series, Telemetry } from '../support/openTelemetry'
import { rawClient } from '../support/rawClient'
import { inVirtualTime } from '../support/virtualTime'
import { namesIn, rowsBelow } from '../docs/code'

const { PROTO_OA_NEW_ORDER_REQ, PROTO_OA_SUBSCRIBE_SPOTS_REQ, PROTO_OA_TRADER_REQ } = PayloadType

const frame = (payloadType: number, payload: object = {}) => ({
  payloadType,
  payload: { ctidTraderAccountId: ACCOUNT, ...payload },
})

interface Measured {
  readonly text: string
  readonly values: Readonly<Record<string, Series>>
  readonly later: Readonly<Record<string, Series>>
}

/** Two lines to simulators; a browser that trades on one of them, and one whose line is closed. */
const measure = (telemetry: Telemetry): Promise<Measured> => {
  const collected: Promise<unknown>[] = []
  inVirtualTime(({ at }) => {
    const broker = createSimulator({ latency: 20 })
    const gateway = gatewayOver(broker.connect, {
      lines: [
        { name: 'first', environment: 'demo', connect: broker.connect },
        { name: 'other', environment: 'live', connect: broker.connect },
      ],
      authenticate: ({ token }) => {
        if (token === 'nobody') throw new Error('SECRET')
        return [{ userId: 'user of SECRET' }]
      },
    })
    const instrumenting = instrument(gateway, telemetry.all)
    const trading = rawClient(gateway.as({ userId: 'user of SECRET' }))
    const silent = rawClient(gateway.as({ userId: 'silent' }))
    trading.send(
      { payloadType: 2100, payload: { clientId: 'a', clientSecret: 'a' } },
      frame(2102, { accessToken: 'a' }),
    )
    at(3_000, () => {
      trading.send(frame(PROTO_OA_SUBSCRIBE_SPOTS_REQ, { symbolId: [1] }), frame(PROTO_OA_TRADER_REQ))
      trading.send(
        frame(PROTO_OA_NEW_ORDER_REQ, { symbolId: 1, orderType: 1, tradeSide: 1, volume: 100_000 }),
      )
      trading.send(frame(PROTO_OA_TRADER_REQ, { ctidTraderAccountId: 7 }))
    })
    at(12_000, () => {
      collected.push(telemetry.serialize(), telemetry.collect())
      instrumenting.unsubscribe()
      trading.send(frame(PROTO_OA_TRADER_REQ))
    })
    at(13_000, () => {
      collected.push(telemetry.collect())
      trading.leave()
      silent.leave()
    })
  })
  return Promise.all(collected).then(([text, values, later]) => ({ text, values, later }) as Measured)
}

describe('a gateway that is measured', () => {
  const telemetry = createTelemetry()
  let measured: Measured
  beforeAll(async () => {
    measured = await measure(telemetry)
  })

  it('has the metrics of the guide, with their units and attributes, and no others', () => {
    const listed = rowsBelow('docs/operations.md', 'Metrics of a gateway').map(([name, , , attributes]) => [
      namesIn(name)[0],
      [...namesIn(attributes)].sort(),
    ])
    const real = Object.entries(measured.values)
      .filter(([name]) => name.startsWith('ctrader.gateway.'))
      .map(([name, series]) => [
        name,
        [
          ...new Set(
            Object.keys(series).flatMap(one => one.match(/[\w.]+(?==)/g)?.map(key => `ctrader.${key}`) ?? []),
          ),
        ].sort(),
      ])
    expect(real.sort()).toEqual(listed.sort())
    for (const [name, , unit] of rowsBelow('docs/operations.md', 'Metrics of a gateway'))
      expect(measured.text).toMatch(
        new RegExp(
          `# UNIT ${(namesIn(name)[0] ?? '').replaceAll('.', '_')}\\w* ${(namesIn(unit)[0] ?? '').replace(/[{}]/g, '\\$&')}`,
        ),
      )
  })

  it('counts browsers and their requests, and accounts by line', () => {
    const { values } = measured
    expect(values['ctrader.gateway.connections']).toEqual({ '': 1 })
    expect(values['ctrader.gateway.connections.opened']).toEqual({ '': 2 })
    expect(values['ctrader.gateway.connections.closed']).toEqual({ 'gateway.close_code=1008': 1 })
    expect(values['ctrader.gateway.accounts']).toEqual({ 'gateway.line=first': 1, 'gateway.line=other': 0 })
    expect(values['ctrader.gateway.request.duration']).toMatchObject({
      'gateway.outcome=answered payload_type=PROTO_OA_TRADER_REQ': 1,
      'gateway.outcome=refused payload_type=PROTO_OA_TRADER_REQ': 1,
      'gateway.outcome=answered payload_type=PROTO_OA_NEW_ORDER_REQ': 1,
    })
  })

  it('has the client of each line beside it, under its name', () => {
    const { values } = measured
    expect(values['connections']).toEqual({
      'connection.status=connected gateway.line=first': 1,
      'connection.status=idle gateway.line=other': 1,
    })
    expect(values['requests']).toMatchObject({ 'gateway.line=first payload_type=PROTO_OA_TRADER_REQ': 1 })
  })

  it('says nothing of a user, an account or a secret', () => {
    expect(measured.text).not.toMatch(/SECRET|silent|12345678/)
    expect(JSON.stringify(telemetry.spans.map(({ attributes }) => attributes))).not.toMatch(/SECRET|12345678/)
    expect(telemetry.spans.length).toBeGreaterThan(3)
  })

  it('is measured until one unsubscribes', () => {
    const counted = 'ctrader.gateway.request.duration'
    expect(measured.later[counted]).toEqual(measured.values[counted])
  })
})
