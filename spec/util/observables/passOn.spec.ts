import { Observable, Subject } from 'rxjs'
import { passOn } from '../../../src/util/observables/passOn'
import { inVirtualTime } from '../../support/virtualTime'

const evenOf = (source$: Observable<number>): Observable<number> =>
  new Observable(subscriber =>
    source$.subscribe(
      passOn(subscriber, value => {
        if (value % 2 === 0) subscriber.next(value)
      }),
    ),
  )

describe('passOn', () => {
  it('leaves the values to its caller, and passes on the error and the end', () => {
    inVirtualTime(({ watch }) => {
      const [first$, second$] = [new Subject<number>(), new Subject<number>()]
      const [completed, failed] = [watch(evenOf(first$)), watch(evenOf(second$))]
      for (const value of [1, 2, 3, 4]) first$.next(value)
      first$.complete()
      const broken = new Error('broken')
      second$.error(broken)
      expect([completed.values, completed.completed]).toEqual([[2, 4], true])
      expect(failed.error).toBe(broken)
    })
  })
})
