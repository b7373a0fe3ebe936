import { Observable, from, of, take, throwError, timeout } from 'rxjs'
import type { ObservableInput, Subscriber } from 'rxjs'
import { busError } from './bus'
import type { Bus, Packet } from './bus'
import { createLeases } from './leases'
import { monotonicClock } from './leaseStore'
import { memoryLogs, memoryStore } from './store'
import { createSubjectTree } from './subjectTree'

type Answer = (body: string, subject: string) => ObservableInput<string>

/**
 * The bus of a gateway in one process. Messages arrive in the order in which they were sent, also those that are sent
 * while another one arrives.
 *
 * ```ts
 * const bus = localBus()
 * bus.on('prices.*').subscribe(packet => console.log(packet))
 * bus.publish('prices.1', '{"bid":1.1}')
 * ```
 */
export const localBus = (): Bus => {
  const listeners = createSubjectTree<Subscriber<Packet>>()
  const servers = createSubjectTree<Answer>()
  const waiting: (() => void)[] = []
  let isDelivering = false
  let holders = 0

  const deliver = (delivery: () => void): void => {
    waiting.push(delivery)
    if (isDelivering) return
    isDelivering = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) next()
    } finally {
      isDelivering = false
    }
  }

  return {
    state$: of('up'),
    publish: (subject, body) => {
      deliver(() => {
        for (const listener of listeners.find(subject)) listener.next({ kind: 'message', subject, body })
      })
    },
    on: subject =>
      new Observable(subscriber => {
        subscriber.add(listeners.add(subject, subscriber))
      }),
    ask: (subject, body, ms) =>
      new Observable<string>(subscriber => {
        const [answer] = servers.find(subject)
        if (!answer) {
          subscriber.error(busError('Unserved'))
          return
        }
        subscriber.add(
          from(answer(body, subject))
            .pipe(take(1), timeout({ first: ms, with: () => throwError(() => busError('Unanswered')) }))
            .subscribe({
              // After the messages that were sent before it.
              next: answered => {
                deliver(() => {
                  subscriber.next(answered)
                  subscriber.complete()
                })
              },
              error: (error: unknown) => {
                subscriber.error(error)
              },
            }),
        )
      }),
    serve: (subject, answer) =>
      new Observable(subscriber => {
        subscriber.add(servers.add(subject, answer))
      }),
    lease: createLeases({
      store: memoryStore(),
      clock: monotonicClock,
      nextHolder: () => String((holders += 1)),
    }),
    log: memoryLogs(),
  }
}
