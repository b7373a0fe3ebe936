import { EMPTY, Subject, of, throwError } from 'rxjs'
import { oneAtATime } from '../../../src/util/observables/oneAtATime'

describe('one at a time', () => {
  it('asks when all is over that was asked before, in that order', () => {
    const alone = oneAtATime()
    const asked$ = ['a', 'b', 'c'].map(() => new Subject<number>())
    const seen: string[] = []
    asked$.forEach((one$, n) => {
      alone(one$).subscribe({
        next: value => seen.push(`${n} ${value}`),
        error: () => seen.push(`${n} #`),
        complete: () => seen.push(`${n} |`),
      })
    })
    const begun = () => asked$.map(({ observed }) => observed)
    expect(begun()).toEqual([true, false, false])
    asked$[0]?.next(1)
    asked$[0]?.error(new Error('refused'))
    expect(begun()).toEqual([false, true, false])
    asked$[1]?.complete()
    expect(begun()).toEqual([false, false, true])
    asked$[2]?.next(2)
    asked$[2]?.complete()
    expect(seen).toEqual(['0 1', '0 #', '1 |', '2 2', '2 |'])
  })

  it('goes on when what is asked is given up, and never asks what was given up before', () => {
    const alone = oneAtATime()
    const asked$ = ['a', 'b', 'c'].map(() => new Subject<number>())
    const subscriptions = asked$.map(one$ => alone(one$).subscribe())
    subscriptions[1]?.unsubscribe()
    subscriptions[0]?.unsubscribe()
    expect(asked$.map(({ observed }) => observed)).toEqual([false, false, true])
    subscriptions[2]?.unsubscribe()
    let isAsked = false
    alone(of(1)).subscribe(() => {
      isAsked = true
    })
    expect(isAsked).toBe(true)
  })

  it('takes any number that come to nothing at once (G12)', () => {
    const alone = oneAtATime()
    const first$ = new Subject<number>()
    alone(first$).subscribe()
    let over = 0
    const count = (): void => {
      over += 1
    }
    for (let n = 0; n < 50_000; n++)
      alone(n % 2 === 0 ? EMPTY : throwError(() => new Error('lost'))).subscribe({
        complete: count,
        error: count,
      })
    first$.complete()
    expect(over).toBe(50_000)
  })
})
