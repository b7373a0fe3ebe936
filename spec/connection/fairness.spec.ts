import { PayloadType } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { asyncScheduler, map, take, tap } from 'rxjs'
import { clientOver } from '../support/clientOver'
import { obliging, scriptedServer } from '../support/scriptedServer'
import { inVirtualTime } from '../support/virtualTime'

const { PROTO_OA_GET_TRENDBARS_REQ, PROTO_OA_GET_TRENDBARS_RES, PROTO_OA_TRADER_REQ } = PayloadType

const BARS = { symbolId: 1, period: 1 } as const

/** Three accounts of one client, at a server that answers each request for bars, and nothing else than that. */
const threeAccounts = () => {
  const asked: [ms: number, accountId: unknown, payloadType: number][] = []
  const server = scriptedServer((frame, line) => {
    obliging(frame, line)
    const { clientMsgId, payload, payloadType } = frame
    if (payloadType !== PROTO_OA_GET_TRENDBARS_REQ && payloadType !== PROTO_OA_TRADER_REQ) return
    const { ctidTraderAccountId } = payload as { readonly ctidTraderAccountId: number }
    asked.push([asyncScheduler.now(), ctidTraderAccountId, payloadType])
    if (payloadType === PROTO_OA_GET_TRENDBARS_REQ)
      line.say({
        payloadType: PROTO_OA_GET_TRENDBARS_RES,
        clientMsgId,
        payload: { ctidTraderAccountId, ...BARS, trendbar: [] },
      })
  })
  const client = clientOver(server.connect)
  const account = (accountId: number): Account =>
    client.account({ accountId, accessToken: `of ${accountId}` })
  return { asked, account }
}

describe('accounts that share a line', () => {
  it('do not wait for the history pull of one of them: a chart of another has its bars with the next turn', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked } = threeAccounts()
      for (const accountId of [1, 2, 3]) watch(account(accountId).authenticated$, 60_000)
      const pulling = account(1)
      for (let n = 0; n < 100; n += 1) watch(pulling.request(PROTO_OA_GET_TRENDBARS_REQ, BARS), 60_000)
      const waits: number[] = []
      for (const [accountId, ms] of [
        [2, 3_000],
        [3, 3_000],
        [2, 7_500],
      ] as const)
        at(ms, () => {
          watch(
            account(accountId)
              .request(PROTO_OA_GET_TRENDBARS_REQ, BARS)
              .pipe(
                map(() => asyncScheduler.now() - ms),
                tap(wait => waits.push(wait)),
                take(1),
              ),
          )
        })
      at(59_000, () => {
        // Of five a second. Without turns, the first two would wait for some 17 s.
        expect(waits).toHaveLength(3)
        expect(Math.max(...waits)).toBeLessThanOrEqual(1_050)
        expect(asked.filter(([, accountId]) => accountId === 1)).toHaveLength(100)
      })
    })
  })

  it('share the slots of a burst: each has its part of every second', () => {
    inVirtualTime(({ at, watch }) => {
      const { account, asked } = threeAccounts()
      for (const [accountId, requests] of [
        [1, 400],
        [2, 60],
        [3, 60],
      ] as const)
        for (let n = 0; n < requests; n += 1)
          watch(account(accountId).request(PROTO_OA_TRADER_REQ, {}), 5_000)
      at(4_900, () => {
        const of = (accountId: number): number =>
          asked.filter(([ms, its]) => its === accountId && ms > 2_000 && ms < 4_000).length
        // Two times 50 slots: a third each.
        for (const accountId of [1, 2, 3]) expect(of(accountId)).toBeGreaterThanOrEqual(33)
      })
    })
  })
})
