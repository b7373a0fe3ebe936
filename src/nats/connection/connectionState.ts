import type { NatsConnection } from '@nats-io/nats-core'
import { BehaviorSubject, Subject, distinctUntilChanged, from } from 'rxjs'
import type { Observable } from 'rxjs'

/** Whether a connection can be used. */
export interface ConnectionState {
  /** The current state at once, then each change. */
  readonly state$: Observable<'up' | 'down'>
  readonly isUp: () => boolean
  /** Emits when messages may have been lost: at the loss of the connection, at its return, and if it is too slow. */
  readonly gap$: Observable<unknown>
}

export const watchConnection = (nc: NatsConnection): ConnectionState => {
  const state$ = new BehaviorSubject<'up' | 'down'>(nc.isClosed() ? 'down' : 'up')
  const gap$ = new Subject<string>()
  const onStatus = ({ type }: { readonly type: string }): void => {
    if (type === 'disconnect' || type === 'close') state$.next('down')
    if (type === 'reconnect') state$.next('up')
    if (['disconnect', 'reconnect', 'close', 'slowConsumer'].includes(type)) gap$.next(type)
  }
  const down = (): void => {
    state$.next('down')
  }
  from(nc.status()).subscribe({ next: onStatus, error: down, complete: down })
  return {
    state$: state$.pipe(distinctUntilChanged()),
    isUp: () => state$.value === 'up' && !nc.isClosed() && !nc.isDraining(),
    gap$,
  }
}
