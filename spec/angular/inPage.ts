import './page'
import { PLATFORM_ID } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import type { ClientOptions } from 'rx-ctrader'
import { provideCTrader } from 'rx-ctrader/angular'
import type { CTraderFeature } from 'rx-ctrader/angular'
import { inVirtualTime } from '../support/virtualTime'
import type { VirtualTime } from '../support/virtualTime'
import { credentials } from './application'

/** In the injection context of the page. */
export const run = <T>(act: () => T): T => TestBed.runInInjectionContext(act)

/** A minute of a page whose application has these features; by default in a browser. To be imported before components. */
export const inPage = (
  features: readonly CTraderFeature[],
  play: (time: VirtualTime) => void,
  { on = 'browser', ...options }: Partial<ClientOptions> & { readonly on?: 'browser' | 'server' } = {},
): void => {
  inVirtualTime(time => {
    TestBed.configureTestingModule({
      providers: [
        { provide: PLATFORM_ID, useValue: on },
        provideCTrader({ ...credentials, random: () => 0.5, ...options }, ...features),
      ],
    })
    time.at(60_000, () => {
      TestBed.resetTestingModule()
    })
    play(time)
  })
}
