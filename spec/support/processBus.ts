import {
  AsyncSubject,
  Observable,
  Subject,
  concatMap,
  from,
  take,
  throwError,
  timeout,
  timer,
  toArray,
} from 'rxjs'
import type { ObservableInput } from 'rxjs'
import { CTraderError } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { busError } from 'rx-ctrader/gateway'
import type { Bus, BusLog, Packet } from 'rx-ctrader/gateway'
import { createLeases } from '../../src/gateway/bus/leases'
import { monotonicClock } from '../../src/gateway/bus/leaseStore'
import type { Store } from '../../src/gateway/bus/store'
import type { BusMedium } from './remoteBus'
import type { Fate } from './remoteProcess'
import { outside, subscribeOutside } from './wholeProcess'
import type { WholeProcess } from './wholeProcess'

/** How long a request to a log waits for its answer, in ms. */
const LOG_TIMEOUT = 2_000

export interface ProcessBus extends Bus {
  /** Nothing that this process sends arrives, and nothing comes. */
  readonly cut: () => void
  /** The bus is there again. If it `says` so, listeners are told of a gap. */
  readonly join: (says: boolean) => void
}

/** The bus of a whole process. It drops, delays and repeats messages, and parts from the process. */
export const processBus = (medium: BusMedium, process: WholeProcess, nextFate: () => Fate): ProcessBus => {
  const { enter, into, killed$ } = process
  const joined$ = new Subject<void>()
  let isCut = false

  /** Acts when a message arrives: never if it is lost, twice if it is repeated. */
  const carry = (act: () => void): void => {
    outside(() => {
      const { there, lost, repeated = false } = nextFate()
      if (isCut || lost !== 'nothing') return
      timer(there).subscribe(act)
      if (repeated) timer(there).subscribe(act)
    })
  }
  /** A request to the store of leases or to a log, which arrives once at most. */
  const call = <T>(request: () => Observable<T>): Observable<T> =>
    new Observable(subscriber => {
      const { there, back, lost } = nextFate()
      if (isCut || lost === 'request') return
      const reply = (say: () => void): void => {
        timer(back).subscribe(() => {
          if (!isCut && lost === 'nothing') enter(say)
        })
      }
      outside(() => {
        timer(there)
          .pipe(concatMap(request), toArray())
          .subscribe({
            next: values => {
              reply(() => {
                for (const value of values) subscriber.next(value)
                subscriber.complete()
              })
            },
            error: (error: unknown) => {
              reply(() => {
                subscriber.error(error)
              })
            },
          })
      })
    })
  /** It goes on when the asker has given up. */
  const reply = (answer: ObservableInput<string>, answer$: AsyncSubject<string>): void => {
    from(answer)
      .pipe(take(1))
      .subscribe(text => {
        outside(() => {
          if (isCut) return
          answer$.next(text)
          answer$.complete()
        })
      })
  }
  const inTime = <T>(source$: Observable<T>): Observable<T> =>
    source$.pipe(timeout({ first: LOG_TIMEOUT, with: () => throwError(() => busError('Unanswered')) }))

  const store: Store = {
    get: key => call(() => medium.leases.get(key)),
    put: (key, text, after) => call(() => medium.leases.put(key, text, after)),
    watch: key =>
      new Observable(subscriber =>
        subscribeOutside(medium.leases.watch(key)).subscribe(entry => {
          carry(() => {
            enter(() => {
              subscriber.next(entry)
            })
          })
        }),
      ),
  }
  const log = (name: string): BusLog => {
    const { read, append, trim } = medium.logs(name)
    return {
      read: after => inTime(call(() => read(after).pipe(toArray()))).pipe(concatMap(entries => entries)),
      append: (text, after) => inTime(call(() => append(text, after))),
      trim: before => {
        carry(() => trim?.(before))
      },
    }
  }
  return {
    state$: medium.messages.state$,
    publish: (subject, body) => {
      carry(() => {
        medium.messages.publish(subject, body)
      })
    },
    on: subject =>
      new Observable<Packet>(subscriber => {
        const messages = subscribeOutside(medium.messages.on(subject)).subscribe(packet => {
          carry(() => {
            enter(() => {
              subscriber.next(packet)
            })
          })
        })
        messages.add(
          into(joined$).subscribe(() => {
            subscriber.next({ kind: 'gap' })
          }),
        )
        return messages
      }),
    ask: (subject, body, ms) => {
      const answer$ = new Observable<string>(subscriber => {
        const back = (say: () => void): void => {
          carry(() => {
            enter(say)
          })
        }
        const next = (answer: string): void => {
          back(() => {
            subscriber.next(answer)
          })
        }
        const error = (cause: unknown): void => {
          back(() => {
            subscriber.error(cause)
          })
        }
        carry(() => {
          medium.messages.ask(subject, body, ms).subscribe({ next, error })
        })
      })
      // Where a message is lost, nothing comes.
      return answer$.pipe(
        take(1),
        timeout({ first: ms, with: () => throwError(() => busError('Unanswered')) }),
      )
    },
    serve: (subject, answer) =>
      new Observable(subscriber => {
        const served = outside(() =>
          medium.messages
            .serve(subject, (body, asked) => {
              const answer$ = new AsyncSubject<string>()
              if (!isCut)
                enter(() => {
                  reply(answer(body, asked), answer$)
                })
              return answer$
            })
            .subscribe(),
        )
        subscriber.add(served)
        subscriber.add(
          killed$.subscribe(() => {
            served.unsubscribe()
          }),
        )
      }),
    lease: createLeases({ store, clock: monotonicClock, nextHolder: medium.nextHolder }),
    log,
    cut: () => {
      isCut = true
    },
    join: says => {
      isCut = false
      if (says) joined$.next()
    },
  }
}

/** A line from a process to a server. It is lost when the process dies. `onSend` sees each frame before it leaves. */
export const lineFrom =
  (process: WholeProcess, connect: Connect, onSend: (text: string) => void): Connect =>
  () =>
    new Observable(subscriber => {
      const line = process.into(connect()).subscribe({
        next: ({ frame$, send }) => {
          subscriber.next({
            frame$: process.into(frame$),
            send: text => {
              outside(() => {
                onSend(text)
                send(text)
              })
            },
          })
        },
        error: (error: unknown) => {
          subscriber.error(error)
        },
      })
      line.add(
        process.killed$.subscribe(() => {
          line.unsubscribe()
        }),
      )
      return line
    })

/** What a process sends, outside of it. */
const outOf = <T>(source$: Observable<T>): Observable<T> =>
  new Observable(subscriber =>
    source$.subscribe(value => {
      outside(() => {
        subscriber.next(value)
      })
    }),
  )

/** A line from outside to a server that is in a process. It is lost when the process dies. */
export const lineTo =
  (process: WholeProcess, connect: Connect): Connect =>
  () =>
    new Observable(subscriber => {
      process.enter(() => {
        const line = connect().subscribe({
          next: ({ frame$, send }) => {
            outside(() => {
              subscriber.next({
                frame$: outOf(frame$),
                send: text => {
                  process.enter(() => {
                    send(text)
                  })
                },
              })
            })
          },
          error: (error: unknown) => {
            outside(() => {
              subscriber.error(error)
            })
          },
        })
        subscriber.add(() => {
          process.enter(() => {
            line.unsubscribe()
          })
        })
      })
      const lose = (): void => {
        subscriber.error(new CTraderError({ reason: 'ConnectionLost', sent: false }))
      }
      if (process.isDead()) lose()
      subscriber.add(process.killed$.subscribe(lose))
    })
