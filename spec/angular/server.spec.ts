import { PLATFORM_ID } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { spots } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'
import { injectAccount, provideCTrader, withAccount } from 'rx-ctrader/angular'
import { inVirtualTime } from '../support/virtualTime'
import { application, credentials, mine } from './application'

/** How many lines an application on a platform asks for in a minute, and the states that its views show. */
const minuteOn = (platform: string): { readonly asked: number; readonly states: readonly string[] } => {
  const { connect } = createSimulator()
  const states: string[] = []
  let asked = 0
  const counted: Connect = () => {
    asked += 1
    return connect()
  }
  inVirtualTime(({ at, watch }) => {
    const app = application([
      { provide: PLATFORM_ID, useValue: platform },
      provideCTrader({ ...credentials, connect: counted }, withAccount(mine)),
    ])
    const state = app.run(() => toSignal(app.account().authenticated$, { requireSync: true }))
    app.client().connection$.subscribe(({ status }) => states.push(status))
    watch(app.run(() => spots(injectAccount(), 'EURUSD')))
    states.push(state().status)
    at(60_000, () => {
      states.push(state().status)
      // The server does so when the page is drawn; of the timers none is left then.
      app.destroy()
    })
  })
  return { asked, states }
}

describe('on the server', () => {
  it('nothing ever connects, and every state stays the first', () => {
    expect(minuteOn('server')).toEqual({ asked: 0, states: ['connecting', 'connecting', 'connecting'] })
  })

  it('but in a browser it does', () => {
    // It does not know this application, which is an answer it has to connect for.
    expect(minuteOn('browser')).toEqual({
      asked: 1,
      states: ['connecting', 'connecting', 'connected', 'failed', 'failed'],
    })
  })
})
