import { EMPTY, NEVER } from 'rxjs'
import type { Observable } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { OpenLink } from '../../src/connection/link'
import { requestSender } from '../../src/session/links'
import type { Requesting } from '../../src/session/links'
import { itemsPassedIn } from '../support/counted'
import { scriptedClient } from '../support/scriptedClient'
import type { ScriptedClient } from '../support/scriptedClient'
import { obliging } from '../support/scriptedServer'
import type { Reply } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const tuning = (trouble: () => string | undefined): Requesting => ({
  requestTimeout: 100,
  trouble,
})

describe('requestSender', () => {
  it('sends once, also when another link comes before the answer', () => {
    inVirtualTime(({ hot, watch, at }) => {
      const sent: string[] = []
      const linkNamed = (name: string): OpenLink =>
        ({
          request: () => {
            sent.push(name)
            return NEVER
          },
        }) as unknown as OpenLink
      const link$ = hot('-a-b-', { a: linkNamed('a'), b: linkNamed('b') })
      watch(
        requestSender(
          link$,
          tuning(() => undefined),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
        10,
      )
      at(9, () => {
        expect(sent).toEqual(['a'])
      })
    })
  })

  it('settles also when the links end before there was one', () => {
    inVirtualTime(({ watch }) => {
      const seen = watch(
        requestSender(
          EMPTY,
          tuning(() => undefined),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
      )
      expect(seen.completed).toBe(true)
    })
  })

  it('tells the trouble with the line when there was none in time', () => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(
        requestSender(
          NEVER,
          tuning(() => 'ECONNREFUSED'),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
      )
      at(101, () => {
        expect(seen.error).toMatchObject({ reason: 'Timeout', sent: false, detail: 'ECONNREFUSED' })
        expect(String(seen.error)).toContain('no line for 2104 within 100 ms: ECONNREFUSED')
      })
    })
  })
})

describe('requests that wait', () => {
  const silent: Reply = (frame, line) => {
    if (frame.payloadType !== PayloadType.PROTO_OA_VERSION_REQ) obliging(frame, line)
  }
  const nothing: Reply = () => undefined
  const cases: [string, Reply, (scripted: ScriptedClient) => Observable<unknown>][] = [
    ['for the server', silent, ({ client }) => client.request(PayloadType.PROTO_OA_VERSION_REQ, {})],
    ['for their turn', silent, ({ account }) => account.request(PayloadType.PROTO_OA_TRADER_REQ, {})],
    ['for a line', nothing, ({ account }) => account.request(PayloadType.PROTO_OA_TRADER_REQ, {})],
  ]

  it.each(cases)('%s are given up at the same cost however many there are (G12)', (_, reply, ask) => {
    // Not in virtual time, whose scheduler looks for each timer that is given up in a list of all.
    const costOf = (n: number): number => {
      const scripted = scriptedClient(reply)
      const kept = scripted.account.authenticated$.subscribe()
      const requests = Array.from({ length: n }, () => ask(scripted).subscribe())
      const cost = itemsPassedIn(() => {
        for (const request of requests) request.unsubscribe()
      })
      kept.unsubscribe()
      return cost
    }
    // Ten times as many: a hundred times the cost would be quadratic.
    expect(costOf(5_000)).toBeLessThan(15 * Math.max(500, costOf(500)))
  })
})
