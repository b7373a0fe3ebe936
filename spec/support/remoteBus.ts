import {
  AsyncSubject,
  NEVER,
  concatMap,
  defer,
  delay,
  filter,
  merge,
  mergeMap,
  of,
  take,
  takeUntil,
  throwError,
  timeout,
  timer,
  toArray,
} from 'rxjs'
import type { Observable } from 'rxjs'
import { busError, localBus } from 'rx-ctrader/gateway'
import type { Bus, BusLog } from 'rx-ctrader/gateway'
import type { Connect } from 'rx-ctrader'
import { createLeases } from '../../src/gateway/bus/leases'
import { forgetfulLogs, forgetfulStore } from './forgetfulStore'
import { remoteProcess } from './remoteProcess'
import type { Fate } from './remoteProcess'

/** What all processes share: messages, leases and logs. */
export const busMedium = () => {
  let holders = 0
  const logs = forgetfulLogs()
  return {
    messages: localBus(),
    leases: forgetfulStore(),
    logs: logs.open,
    loseEntries: logs.forget,
    nextHolder: () => String((holders += 1)),
  }
}
export type BusMedium = ReturnType<typeof busMedium>

/** How long a request to a log waits for its answer, in ms. */
const LOG_TIMEOUT = 2_000

/** What has left arrives, also if its answer is not waited for any more. */
const arrive = <T>(source$: Observable<T>): Observable<T> => {
  const answer$ = new AsyncSubject<T>()
  source$.subscribe(answer$)
  return answer$
}

/**
 * A process on a bus that drops, delays and repeats messages. The process has a clock of its own. It can be paused, cut
 * off and killed. It sees nothing of that: nothing says that messages are lost.
 */
export const processOnBus = (medium: BusMedium, rate: number, nextFate: () => Fate) => {
  const process = remoteProcess(rate)
  const { clock, gate, isCut, isDead, killed$, reach } = process
  const { messages } = medium

  /** Calls of a message on its way: none if it is lost, two if it is repeated. */
  const travel = <T>(value: T): Observable<T> =>
    defer(() => {
      const { there, lost, repeated = false } = nextFate()
      if (isCut() || lost !== 'nothing') return NEVER.pipe(takeUntil(timer(0)))
      const once$ = timer(there).pipe(concatMap(() => of(value)))
      return repeated ? of(0, 1).pipe(mergeMap(() => once$)) : once$
    })
  const farLog = (log: BusLog): BusLog => {
    const call = <T>(act: () => Observable<T>): Observable<T> =>
      defer(() => {
        const { there, back, lost } = nextFate()
        if (isCut() || lost === 'request') return NEVER
        return arrive(timer(there).pipe(concatMap(act), toArray())).pipe(
          delay(back),
          filter(() => lost === 'nothing' && !isCut()),
        )
      }).pipe(
        timeout({ first: LOG_TIMEOUT, with: () => throwError(() => busError('Unanswered')) }),
        concatMap(answers => answers),
      )
    return {
      ...log,
      read: after => gate(call(() => log.read(after))),
      append: (text, after) => gate(call(() => log.append(text, after))),
    }
  }
  const bus: Bus = {
    state$: messages.state$,
    publish: (subject, body) => {
      if (isDead()) return
      travel(body).subscribe(text => {
        messages.publish(subject, text)
      })
    },
    on: subject => gate(messages.on(subject).pipe(mergeMap(travel))),
    ask: (subject, body, ms) => {
      const answer$ = travel(body).pipe(
        mergeMap(text => messages.ask(subject, text, ms)),
        mergeMap(travel),
      )
      // Where a message is lost, nothing comes.
      return merge(gate(answer$), NEVER).pipe(
        take(1),
        timeout({ first: ms, with: () => throwError(() => busError('Unanswered')) }),
      )
    },
    serve: (subject, answer) =>
      messages
        .serve(subject, (body, served) =>
          isCut()
            ? NEVER
            : gate(of(body)).pipe(
                concatMap(text => answer(text, served)),
                filter(() => !isCut()),
              ),
        )
        .pipe(takeUntil(killed$)),
    lease: createLeases({ store: reach(medium.leases, nextFate), clock, nextHolder: medium.nextHolder }),
    log: name => farLog(medium.logs(name)),
  }
  /** A line of the process to the outside. It is lost when the process is killed. */
  const line =
    (connect: Connect): Connect =>
    () =>
      isDead()
        ? NEVER
        : connect().pipe(
            concatMap(({ frame$, send }) =>
              of({
                frame$: gate(frame$),
                send: (text: string) => {
                  if (!isDead()) send(text)
                },
              }),
            ),
            takeUntil(killed$),
          )
  return { ...process, bus, line }
}
export type ProcessOnBus = ReturnType<typeof processOnBus>
