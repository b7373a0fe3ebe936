import { Observable, concat, of, tap, throwError, timer } from 'rxjs'
import { invalidOption } from '../../../src/errors'
import { reconnect } from '../../../src/session/reconnecting/reconnect'
import { inVirtualTime } from '../../support/virtualTime'

const trying = (attempt$: Observable<string>, fatal = false): ReturnType<typeof reconnect<string>> =>
  reconnect(attempt$, {
    isUp: state => state === 'up',
    isFatal: () => fatal,
    pause: (_, failures) => ({ delay: failures * 100, over$: timer(failures * 100) }),
    stableAfter: 1_000,
    retries: () => 0,
    untilLogin: () => undefined,
  })

describe('reconnect', () => {
  it.each([
    ['merely ends', of('up'), 'connection lost: the attempt ended'],
    [
      'fails with an error of somebody else',
      throwError(() => new Error('theirs')),
      'connection lost: theirs',
    ],
  ])('repeats an attempt that %s, with growing pauses', (_, attempt$, message) => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(trying(attempt$), 700)
      at(650, () => {
        const pauses = seen.timed.filter(([, state]) => typeof state !== 'string')
        expect(pauses).toMatchObject(
          [0, 100, 300, 600].map((ms, n) => [
            ms,
            { status: 'reconnecting', attempt: n + 1, delay: (n + 1) * 100, cause: { message } },
          ]),
        )
      })
    })
  })

  it('completes with failed when another attempt cannot help', () => {
    inVirtualTime(({ watch }) => {
      const cause = invalidOption('url', 'is not a URL')
      const seen = watch(
        trying(
          concat(
            of('connecting'),
            throwError(() => cause),
          ),
          true,
        ),
      )
      expect(seen.values).toEqual(['connecting', { status: 'failed', cause }])
      expect(seen.completed).toBe(true)
    })
  })

  it('publishes the end of an attempt before the attempt is torn down', () => {
    inVirtualTime(({ watch, at }) => {
      const order: string[] = []
      const attempt$ = new Observable<string>(subscriber => {
        subscriber.next('up')
        subscriber.error(new Error('lost'))
        return () => {
          order.push('torn down')
        }
      })
      watch(
        trying(attempt$).pipe(tap(state => order.push(typeof state === 'string' ? state : state.status))),
        50,
      )
      at(49, () => {
        expect(order).toEqual(['up', 'reconnecting', 'torn down'])
      })
    })
  })
})
