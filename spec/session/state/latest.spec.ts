import { ReplaySubject, Subject, Subscription, share } from 'rxjs'
import type { Observable, SubjectLike } from 'rxjs'
import { latest } from '../../../src/session/state/latest'

/** What two kinds of it do in the same story, by what their subscribers see. */
const seenBy = (make: () => SubjectLike<number>, play: (stage: Stage) => void): string[] => {
  const seen: string[] = []
  const source$ = new Subject<number>()
  const shared$ = source$.pipe(share({ connector: make, resetOnComplete: false, resetOnError: false }))
  play({
    source$,
    shared$,
    watch: (name, onValue = () => undefined) => {
      const subscription = new Subscription()
      subscription.add(
        shared$.subscribe({
          next: value => {
            seen.push(`${name}${value}`)
            onValue(value, subscription)
          },
          error: () => seen.push(`${name}#`),
          complete: () => seen.push(`${name}|`),
        }),
      )
      return subscription
    },
  })
  return seen
}

interface Stage {
  readonly source$: Subject<number>
  readonly shared$: Observable<number>
  readonly watch: (name: string, onValue?: (value: number, self: Subscription) => void) => Subscription
}

const stories: Record<string, (stage: Stage) => void> = {
  'late subscribers': ({ source$, watch }) => {
    watch('a')
    source$.next(1)
    watch('b')
    source$.next(2)
    watch('c')
  },
  'one who leaves, also when he is told': ({ source$, watch }) => {
    const a = watch('a')
    watch('b', (_, self) => {
      self.unsubscribe()
    })
    watch('c', () => {
      a.unsubscribe()
    })
    source$.next(1)
    source$.next(2)
  },
  'one who comes when another is told': ({ source$, watch }) => {
    watch('a', value => {
      if (value < 3) watch(`b${value}`)
    })
    watch('c')
    source$.next(1)
    source$.next(2)
    source$.next(3)
  },
  'a value that makes another one': ({ source$, watch }) => {
    watch('a', value => {
      if (value === 1) source$.next(2)
    })
    watch('b')
    source$.next(1)
  },
  'an end': ({ source$, watch }) => {
    watch('a')
    source$.next(1)
    source$.complete()
    watch('b')
  },
  'an end without a value': ({ source$, watch }) => {
    watch('a')
    source$.complete()
    watch('b')
  },
  'an error': ({ source$, watch }) => {
    watch('a')
    source$.next(1)
    source$.error(new Error('gone'))
    watch('b')
  },
}

describe('what shares the latest value', () => {
  it.each(Object.entries(stories))('does as RxJS with %s', (_, play) => {
    const expected = seenBy(() => new ReplaySubject<number>(1), play)
    expect(expected.length).toBeGreaterThan(1)
    expect(seenBy(() => latest<number>(), play)).toEqual(expected)
  })

  it('says no more after its end', () => {
    const subject = latest<number>()
    const seen: number[] = []
    subject.next(1)
    subject.complete()
    subject.next(2)
    subject.subscribe({ next: value => seen.push(value), error: () => undefined, complete: () => undefined })
    expect(seen).toEqual([1])
  })
})
