import { asyncScheduler, filter, skip, takeUntil } from 'rxjs'
import { PayloadType, dealsBetween, placeOrder, positions, lots, symbols, trader } from 'rx-ctrader'
import type { Account } from 'rx-ctrader'
import { HOURS, lengthOf, liberal, tooMuch } from '../../support/oversizedServer'
import { scriptedClient } from '../../support/scriptedClient'
import type { ScriptedClient } from '../../support/scriptedClient'
import type { Reply } from '../../support/scriptedServer'
import { inVirtualTime } from '../../support/virtualTime'
import type { SentFrame } from '../../support/wiretap'

const { PROTO_OA_DEAL_LIST_REQ, PROTO_OA_NEW_ORDER_REQ, PROTO_OA_ORDER_ERROR_EVENT, PROTO_OA_RECONCILE_REQ } =
  PayloadType

/** Answers what is asked for a ms later, so that several questions are under way; some end the line. */
const ending =
  (isGuilty: (frame: SentFrame) => boolean): Reply =>
  (frame, line) => {
    if (frame.payloadType < PROTO_OA_NEW_ORDER_REQ) liberal(frame, line)
    else
      asyncScheduler.schedule(() => {
        if (isGuilty(frame)) tooMuch('ends the line', frame, line)
        else liberal(frame, line)
      }, 1)
  }

const isReconcileOf =
  (accountId: number) =>
  ({ payload, payloadType }: SentFrame): boolean =>
    payloadType === PROTO_OA_RECONCILE_REQ && payload?.['ctidTraderAccountId'] === accountId

const otherOf = ({ client }: ScriptedClient): Account =>
  client.account({ accountId: 22, accessToken: 'token-of-22' })

/** On which lines something was asked for, the first is 0. */
const linesOf = ({ server }: ScriptedClient, payloadType: number): number[] =>
  server.lines.flatMap(({ heard }, line) =>
    heard.filter(frame => frame.payloadType === payloadType).map(() => line),
  )

describe('a question whose answer ends the line by its size', () => {
  it('ends two lines, and then is not asked again by any caller (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = scriptedClient(ending(isReconcileOf(11)))
      const { account, server } = scripted
      const kept = watch(account.authenticated$)
      const seen = watch(positions(account))
      at(100_000, () => {
        expect(seen.error).toMatchObject({
          reason: 'TooLarge',
          payloadType: PROTO_OA_RECONCILE_REQ,
          limit: 15 * 1024 * 1024,
          lines: 2,
        })
        expect(String(seen.error)).toContain('2124 has more than 15728640 characters: it has ended 2 lines')
        const again = [
          watch(positions(account), 100),
          watch(account.request(PROTO_OA_RECONCILE_REQ, {}), 100),
        ]
        at(50, () => {
          expect(again.map(({ error }) => error)).toMatchObject([
            { reason: 'TooLarge' },
            { reason: 'TooLarge' },
          ])
          expect(linesOf(scripted, PROTO_OA_RECONCILE_REQ)).toEqual([0, 1])
          expect(server.lines).toHaveLength(3)
          expect(kept.values.at(-1)?.status).toBe('authenticated')
        })
      })
    })
  })

  it('is asked by itself on the next line, so that what else was under way is not taken for it (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = scriptedClient(ending(isReconcileOf(11)))
      const { account, server } = scripted
      const other = otherOf(scripted)
      const guilty = watch(positions(account))
      const innocent = [
        watch(positions(other)),
        watch(symbols(other)),
        watch(trader(other)),
        watch(other.request(PROTO_OA_DEAL_LIST_REQ, {})),
        watch(symbols(account)),
      ]
      at(100_000, () => {
        expect(guilty.error).toMatchObject({ reason: 'TooLarge' })
        expect(innocent.map(({ error }) => error)).toEqual(innocent.map(() => undefined))
        expect(innocent.map(({ values }) => values.length)).toEqual(innocent.map(() => 1))
        expect(server.lines).toHaveLength(3)
        // What is asked again after a while does not tell that it was under way.
        at(300_000, () => {
          expect(server.lines).toHaveLength(3)
        })
      })
    })
  })

  it('ends one line where it was under way twice on it, and is asked again (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      let times = 0
      const scripted = scriptedClient((frame, line) => {
        if (isReconcileOf(11)(frame)) times += 1
        // The first is not answered before the second, which ends the line, is under way as well.
        if (isReconcileOf(11)(frame) && times === 1) return
        ending(asked => isReconcileOf(11)(asked) && times === 2)(frame, line)
      })
      const { account, server } = scripted
      watch(account.authenticated$)
      at(1_000, () => {
        const seen = [1, 2].map(() => watch(account.request(PROTO_OA_RECONCILE_REQ, {}), 100_000))
        at(50_000, () => {
          expect(linesOf(scripted, PROTO_OA_RECONCILE_REQ)).toEqual([0, 0, 1, 1])
          expect(seen.map(({ error }) => error)).toEqual([undefined, undefined])
          expect(seen.map(({ completed }) => completed)).toEqual([true, true])
          expect(server.lines).toHaveLength(2)
        })
      })
    })
  })

  it('is not asked on a line that has ended, where the one before is given up at that moment (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const { PROTO_OA_TRADER_REQ } = PayloadType
      const isHeldBack = ({ payloadType }: SentFrame): boolean =>
        payloadType === PROTO_OA_RECONCILE_REQ || payloadType === PROTO_OA_TRADER_REQ
      const scripted = scriptedClient((frame, line) => {
        if (!isHeldBack(frame) || scripted.server.lines.length > 2) liberal(frame, line)
      })
      const { account, server } = scripted
      watch(account.authenticated$)
      at(1_000, () => {
        const isLost$ = account.authenticated$.pipe(
          filter(({ status }) => status === 'reconnecting'),
          skip(1),
        )
        watch(account.request(PROTO_OA_RECONCILE_REQ, {}).pipe(takeUntil(isLost$)))
        const other = watch(account.request(PROTO_OA_TRADER_REQ, {}), 100_000)
        server.lines[0]?.lose(new Error('Max payload size exceeded'))
        at(5_000, () => {
          expect(linesOf(scripted, PROTO_OA_RECONCILE_REQ)).toEqual([0, 1])
          expect(linesOf(scripted, PROTO_OA_TRADER_REQ)).toEqual([0])
          server.lines[1]?.lose(new Error('ECONNRESET'))
          at(50_000, () => {
            expect(linesOf(scripted, PROTO_OA_RECONCILE_REQ)).toEqual([0, 1])
            expect(linesOf(scripted, PROTO_OA_TRADER_REQ)).toEqual([0, 2])
            expect(other.completed).toBe(true)
          })
        })
      })
    })
  })

  it('leaves an order of another account in doubt no more often than it ends lines (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      const scripted = scriptedClient(ending(isReconcileOf(11)))
      const { account, server } = scripted
      const other = otherOf(scripted)
      const order = { symbol: 1, side: 'buy', type: 'market', volume: lots(0.01) } as const
      const placed = watch(placeOrder(other, order, { horizon: 200_000 }))
      at(1_000, () => {
        expect(placed.values.map(({ status }) => status)).toEqual(['sent'])
        watch(positions(account))
      })
      at(100_000, () => {
        expect(server.lines).toHaveLength(3)
        expect(placed.values.map(({ status }) => status)).toEqual(['sent', 'outcomeUnknown'])
        // Its answer comes on the third line, which stays.
        const [clientMsgId] = server.lines.flatMap(({ heard }) =>
          heard.flatMap(frame => (frame.payloadType === PROTO_OA_NEW_ORDER_REQ ? frame.clientMsgId : [])),
        )
        const payload = { ctidTraderAccountId: 22, errorCode: 'NOT_ENOUGH_MONEY' }
        server.lines[2]?.say({ payloadType: PROTO_OA_ORDER_ERROR_EVENT, clientMsgId, payload })
        expect(placed.values.at(-1)).toMatchObject({ status: 'rejected', errorCode: 'NOT_ENOUGH_MONEY' })
        expect(placed.completed).toBe(true)
      })
    })
  })

  it('may be asked for less, and what ends one line now and then for as much as ever (B4)', () => {
    inVirtualTime(({ at, watch }) => {
      let isGuilty = true
      const isLong = (frame: SentFrame): boolean =>
        frame.payloadType === PROTO_OA_DEAL_LIST_REQ && lengthOf(frame) > 10 * HOURS
      const scripted = scriptedClient(ending(frame => isGuilty && isLong(frame)))
      const { account, server } = scripted
      watch(account.authenticated$)
      const between = (hours: number) => watch(dealsBetween(account, { from: 0, to: hours * HOURS }), 50_000)
      const seen = between(100)
      at(60_000, () => {
        expect(seen.error).toMatchObject({ reason: 'TooLarge', lines: 2 })
        const [short, long] = [between(5), between(90)]
        at(1_000, () => {
          expect(short.completed).toBe(true)
          expect(long.error).toMatchObject({ reason: 'TooLarge', lines: 2 })
          expect(server.lines).toHaveLength(3)
        })
      })
      at(70_000, () => {
        const once = between(20)
        at(3, () => {
          isGuilty = false
        })
        at(30_000, () => {
          expect(once.completed).toBe(true)
          expect(server.lines).toHaveLength(4)
          isGuilty = true
          const twice = between(20)
          at(3, () => {
            isGuilty = false
          })
          at(30_000, () => {
            expect(twice.completed).toBe(true)
            expect(server.lines).toHaveLength(5)
          })
        })
      })
    })
  })
})
