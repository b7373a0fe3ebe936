import { EMPTY, NEVER, Subject, asyncScheduler, defer, of, throwError, timer } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Link } from 'rx-ctrader'
import { createReleases } from '../../../src/streams/sharing/releases'
import { inVirtualTime } from '../../support/virtualTime'

const link = { closed$: NEVER } as unknown as Link

/** Releases that note when they are sent. */
const releasing = (outcome$: Observable<unknown>, mayClose$: Observable<unknown> = of(undefined)) => {
  const sentAt: number[] = []
  const close = () =>
    defer(() => {
      sentAt.push(asyncScheduler.now())
      return outcome$
    })
  return { sentAt, ...createReleases(close, () => mayClose$) }
}

const refused = (errorCode: string): Observable<never> =>
  throwError(
    () =>
      new CTraderError({
        reason: 'Refused',
        payloadType: PayloadType.PROTO_OA_UNSUBSCRIBE_SPOTS_REQ,
        errorCode,
      }),
  )

describe('a release', () => {
  it('is sent when it may be, once', () => {
    inVirtualTime(({ at }) => {
      const { sentAt, begin, withdraw } = releasing(EMPTY, timer(500))
      begin(link)
      at(1_000, () => {
        expect(sentAt).toEqual([500])
        expect(withdraw(link)).toBe(false)
      })
    })
  })

  it('is not sent after it was withdrawn, and says that it was pending', () => {
    inVirtualTime(({ at }) => {
      const { sentAt, begin, withdraw } = releasing(EMPTY, timer(500))
      expect(withdraw(link)).toBe(false)
      begin(link)
      at(499, () => {
        expect(withdraw({ ...link })).toBe(false)
        expect(withdraw(link)).toBe(true)
        expect(withdraw(link)).toBe(false)
      })
      at(1_000, () => {
        expect(sentAt).toEqual([])
      })
    })
  })

  it('is not sent on a lost link', () => {
    inVirtualTime(({ at }) => {
      const closed$ = new Subject<void>()
      const { sentAt, begin } = releasing(EMPTY, timer(500))
      begin({ closed$ } as unknown as Link)
      closed$.next()
      at(1_000, () => {
        expect(sentAt).toEqual([])
      })
    })
  })

  it.each([
    ['is sent again where it is refused for now', 'UNKNOWN_ERROR', true],
    ['is over where there is nothing to give back', 'NOT_SUBSCRIBED_TO_SPOTS', false],
    ['is over where it never will succeed', 'SYMBOL_NOT_FOUND', false],
  ])('%s', (_, errorCode, isAgain) => {
    inVirtualTime(({ at }) => {
      const { sentAt, begin, withdraw } = releasing(refused(errorCode))
      begin(link)
      at(1_500, () => {
        expect(sentAt).toEqual(isAgain ? [0, 1_000] : [0])
        expect(withdraw(link)).toBe(isAgain)
      })
    })
  })
})
