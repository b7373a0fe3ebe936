import { NEVER, asyncScheduler, concat, defer, of, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Link } from 'rx-ctrader'
import { retryOnLatest, persist, findRemedy } from '../../../src/streams/sharing/persist'
import type { Remedy } from '../../../src/streams/sharing/persist'
import { inVirtualTime } from '../../support/virtualTime'

const refused = (errorCode: string, description?: string): CTraderError =>
  new CTraderError({
    reason: 'Refused',
    payloadType: PayloadType.PROTO_OA_SUBSCRIBE_SPOTS_REQ,
    errorCode,
    ...(description !== undefined && { description }),
  })

describe('findRemedy', () => {
  it.each<[Remedy, string, unknown]>([
    ['done', 'is subscribed already', refused('ALREADY_SUBSCRIBED')],
    ['nextLink', 'has lost its line', new CTraderError({ reason: 'ConnectionLost', sent: true })],
    ['nextLink', 'has lost its session', refused('INVALID_REQUEST', 'Trading account is not authorized')],
    ['none', 'asks for an unknown symbol', refused('SYMBOL_NOT_FOUND')],
    ['none', 'asks for an impossible time', refused('INCORRECT_BOUNDARIES')],
    ['none', 'has a token that is refused', refused('CH_ACCESS_TOKEN_INVALID')],
    ['none', 'fails in another way', new Error('a defect')],
    ['again', 'is refused for now', refused('UNKNOWN_ERROR')],
  ])('is %s where a request %s', (remedy, _, error) => {
    expect(findRemedy(error)).toBe(remedy)
  })
})

describe('persist', () => {
  /** Acts that fail, with a remedy each, until one succeeds. */
  const acting = (remedies: readonly Remedy[]) => {
    const actedAt: number[] = []
    const result$: Observable<string> = persist(
      () =>
        defer(() => {
          const remedy = remedies[actedAt.length]
          actedAt.push(asyncScheduler.now())
          return remedy ? throwError(() => new Error(remedy)) : of('result')
        }),
      error => (error as Error).message as Remedy,
    )
    return { actedAt, result$ }
  }

  it('acts again after pauses that grow from 1 s to 30 s', () => {
    inVirtualTime(({ watch, at }) => {
      const { actedAt, result$ } = acting(Array<Remedy>(7).fill('again'))
      const seen = watch(result$, 100_000)
      at(99_000, () => {
        expect(actedAt).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000])
        expect(seen).toMatchObject({ values: ['result'], completed: true })
      })
    })
  })

  it.each<[string, Remedy, object]>([
    ['completes where nothing is left to do', 'done', { completed: true, error: undefined }],
    ['is silent until the next link', 'nextLink', { completed: false, error: undefined }],
    ['errors where nothing helps', 'none', { completed: false, error: new Error('none') }],
  ])('%s', (_, remedy, outcome) => {
    inVirtualTime(({ watch, at }) => {
      const { actedAt, result$ } = acting([remedy])
      const seen = watch(result$, 100_000)
      at(99_000, () => {
        expect(actedAt).toEqual([0])
        expect(seen).toMatchObject({ values: [], ...outcome })
      })
    })
  })
})

describe('answer', () => {
  it('asks on each link until one answers', () => {
    inVirtualTime(({ hot, watch, at }) => {
      const [a, b] = [{}, {}] as [Link, Link]
      const asked: Link[] = []
      const seen = watch(
        retryOnLatest(hot('a-u-b-a', { a, b, u: undefined }), link => {
          asked.push(link)
          return link === a ? NEVER : concat(of('answer'), NEVER)
        }),
        10,
      )
      at(9, () => {
        expect(asked).toEqual([a, b])
        expect(seen).toMatchObject({ timed: [[4, 'answer']], completed: true })
      })
    })
  })
})
