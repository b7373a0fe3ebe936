import { of, takeWhile, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import { resolveOutcome, nextStep } from '../../../src/orders/reconciling/resolveOutcome'
import type { Step } from '../../../src/orders/reconciling/resolveOutcome'
import type { QueriedState } from '../../../src/orders/reconciling/outcomeQuery'
import { createSearch } from '../../../src/orders/reconciling/search'
import { trackClose, trackNewOrder } from '../../../src/orders/tracking/trackNewOrder'
import type { Tracker, Tracked } from '../../../src/orders/tracking/tracker'
import type { ExecutionReport } from '../../../src/orders/tracking/executionReport'
import { createOrderLife } from '../../../src/orders/tracking/orderLife'
import type { Stage } from '../../../src/orders/tracking/orderLife'
import { BUY } from '../../support/tradingFloor'
import { inVirtualTime } from '../../support/virtualTime'

const { PROTO_OA_ORDER_DETAILS_REQ, PROTO_OA_ORDER_LIST_REQ } = PayloadType

const HORIZON = 60_000
const absent: QueriedState = { state: 'absent' }

const orderOf = (change: object): ExecutionReport => ({
  order: {
    orderId: 7,
    tradeData: { symbolId: 1, volume: 100, tradeSide: BUY },
    orderType: 1,
    orderStatus: 1,
    clientOrderId: 'one',
    ...change,
  },
})

/** Looks for an order named `one`; each look shows the next of these, and the last of them from then on. */
const finding = (...shown: readonly (QueriedState | (() => Observable<QueriedState>))[]) =>
  findingBy(trackClose({ clientMsgId: 'one' }), ...shown)

const findingBy = (
  follow: Tracker,
  ...shown: readonly (QueriedState | (() => Observable<QueriedState>))[]
) => {
  const life = createOrderLife(follow, {})
  const search = createSearch('one', HORIZON)
  search.resume()
  let asked = 0
  const found$: Observable<Tracked> = resolveOutcome({
    life,
    query: () => {
      const next = shown[Math.min(asked, shown.length - 1)] ?? absent
      asked += 1
      search.asked()
      return typeof next === 'function' ? next() : of(next)
    },
    search,
  }).pipe(takeWhile(({ isOver }) => !isOver, true))
  return { found$, asked: () => asked, life }
}

const statuses = (values: readonly Tracked[]): string[] =>
  values.flatMap(({ updates }) => updates.map(({ status }) => status))

/** An order of 100 that has ended, and the deal by which so much of it was filled. */
const ended = (orderStatus: number, executedVolume: number): QueriedState => ({
  state: 'late',
  reports: [
    {
      order: { ...orderOf({ orderStatus, executedVolume }).order, executionPrice: 1 } as never,
      deals: [
        {
          dealId: 1,
          orderId: 7,
          positionId: 1,
          volume: 100,
          filledVolume: executedVolume,
          symbolId: 1,
          createTimestamp: 1,
          executionTimestamp: 1,
          executionPrice: 1,
          tradeSide: BUY,
          dealStatus: 2,
        } as never,
      ],
    },
  ],
})
const filled = ended(2, 100)

describe('the step after an answer', () => {
  const answers = ['absent', 'underway', 'late', 'over', 'unanswered'] as const

  it.each<readonly [Stage, readonly Step[]]>([
    ['dispatched', ['seek', 'again', 'awaitLate', 'end', 'seek']],
    ['inDoubt', ['seek', 'again', 'awaitLate', 'end', 'seek']],
    ['working', ['seek', 'again', 'awaitLate', 'end', 'seek']],
    ['resting', ['rest', 'rest', 'rest', 'end', 'again']],
    ['filled', ['awaitLate', 'awaitLate', 'awaitLate', 'end', 'seekProtections']],
    ['over', ['done', 'done', 'done', 'done', 'done']],
  ])('of a command that is %s', (stage, steps) => {
    expect(answers.map(answer => nextStep(stage, answer))).toEqual(steps)
  })
})

describe('finding out what became of a command', () => {
  it('asks with growing pauses as long as there is no sign of it, and only then says so (G1, G2, G3)', () => {
    inVirtualTime(({ at, watch }) => {
      const { found$, asked } = finding({ state: 'absent', detail: 'nothing there' })
      const seen = watch(found$)
      at(HORIZON - 1, () => {
        expect(seen.error).toBeUndefined()
        // After 1, 2, 4, 8, 16 s.
        expect(asked()).toBe(6)
      })
      at(HORIZON + 1, () => {
        expect(seen.error).toMatchObject({
          reason: 'NotFound',
          after: HORIZON,
          asked: 7,
          detail: 'nothing there',
        })
        expect((seen.error as CTraderError).message).toContain('It may still appear')
      })
    })
  })

  it('hears what is shown in the end before it says so', () => {
    inVirtualTime(({ at, watch }) => {
      const { found$ } = finding(...Array.from({ length: 6 }, () => absent), filled)
      const seen = watch(found$)
      at(HORIZON + 1, () => {
        expect([statuses(seen.values), seen.completed, seen.error]).toEqual([['filled'], true, undefined])
      })
    })
  })

  it('goes on for as long as there is a sign of it, and counts anew where there is none any more', () => {
    inVirtualTime(({ at, watch }) => {
      const underway: QueriedState = { state: 'underway', reports: [orderOf({})] }
      const { found$ } = finding(...Array.from({ length: 7 }, () => underway), { state: 'absent' })
      const seen = watch(found$)
      // The last sign of it comes after 61 s.
      at(120_000, () => {
        expect([statuses(seen.values), seen.error]).toEqual([['accepted'], undefined])
      })
      at(122_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotFound' })
      })
    })
  })

  it('asks again where a question was refused, and says in the end what was not said', () => {
    inVirtualTime(({ at, watch }) => {
      const refused = new CTraderError({
        reason: 'Refused',
        payloadType: PROTO_OA_ORDER_LIST_REQ,
        errorCode: 'UNKNOWN_ERROR',
      })
      const { found$, asked } = finding(() => throwError(() => refused))
      const seen = watch(found$)
      at(HORIZON + 1, () => {
        expect(asked()).toBe(7)
        expect(seen.error).toMatchObject({
          reason: 'NotFound',
          detail: 'the server did not answer: server responded with UNKNOWN_ERROR',
        })
      })
    })
  })

  it('looks twice more at what waits for its price, and then leaves it', () => {
    inVirtualTime(({ at, watch }) => {
      const { found$, asked } = finding({ state: 'underway', reports: [orderOf({ orderType: 2 })] })
      const seen = watch(found$)
      at(4_999, () => {
        expect(asked()).toBe(1)
      })
      at(100_000, () => {
        expect([statuses(seen.values), asked(), seen.completed]).toEqual([['accepted'], 3, true])
      })
    })
  })

  it('says an end with missing deals when they have not come for a while (A4)', () => {
    inVirtualTime(({ at, watch }) => {
      const { found$ } = finding({
        state: 'late',
        reports: [orderOf({ orderStatus: 5, executedVolume: 50 })],
      })
      const seen = watch(found$)
      at(14_999, () => {
        expect(statuses(seen.values)).toEqual([])
      })
      at(20_000, () => {
        expect([statuses(seen.values), seen.completed]).toEqual([['cancelled'], true])
      })
    })
  })

  it.each([
    ['cancelled', 5],
    ['expired', 4],
    ['rejected', 3],
  ])(
    'is over with one that was %s after a part was filled, if its protections do not come (A4)',
    (end, status) => {
      inVirtualTime(({ at, watch }) => {
        const asked = { relativeStopLoss: 100 }
        const follow = trackNewOrder({ clientMsgId: 'one', clientOrderId: 'one', asked })
        const { found$, life } = findingBy(follow, ended(status, 50))
        const seen = watch(found$)
        at(5_000, () => {
          expect(statuses(seen.values)).toEqual(['partiallyFilled', end])
          // What became of it is known: a lost line leaves no doubt.
          expect(life.doubt(new CTraderError({ reason: 'ConnectionLost', sent: true }))).toEqual([])
        })
        at(30_000, () => {
          expect([statuses(seen.values), seen.completed]).toEqual([['partiallyFilled', end], true])
        })
      })
    },
  )

  it('says in the end that it does not know what a filled order was filled at, if no deal comes', () => {
    inVirtualTime(({ at, watch }) => {
      const order = orderOf({ orderStatus: 2, executedVolume: 100 })
      const { found$ } = finding({ state: 'late', reports: [order], detail: 'without its deals' })
      const seen = watch(found$)
      at(HORIZON, () => {
        expect([statuses(seen.values), seen.error]).toEqual([[], undefined])
      })
      at(HORIZON + 30_000, () => {
        expect(seen.error).toMatchObject({ reason: 'NotFound', detail: 'without its deals' })
      })
    })
  })

  it('goes on asking for protections for the horizon where that is not answered, and is over then', () => {
    inVirtualTime(({ at, watch }) => {
      const follow = trackNewOrder({
        clientMsgId: 'one',
        clientOrderId: 'one',
        asked: { relativeStopLoss: 100 },
      })
      const { found$ } = findingBy(follow, { ...filled, state: 'unanswered' })
      const seen = watch(found$)
      at(HORIZON - 1, () => {
        expect([statuses(seen.values), seen.completed]).toEqual([['filled'], false])
      })
      at(HORIZON + 1, () => {
        expect([statuses(seen.values), seen.completed]).toEqual([['filled'], true])
      })
    })
  })

  it('errors where a question can never be sent', () => {
    const error = new CTraderError({
      reason: 'InvalidRequest',
      payloadType: PROTO_OA_ORDER_DETAILS_REQ,
      faults: [],
    })
    inVirtualTime(({ at, watch }) => {
      const { found$, asked } = finding(() => throwError(() => error))
      const seen = watch(found$)
      at(1_000, () => {
        expect([seen.error, asked()]).toEqual([error, 1])
      })
    })
  })
})
