import {
  InjectionToken,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
  provideZonelessChangeDetection,
} from '@angular/core'
import type { ApplicationConfig, EnvironmentProviders } from '@angular/core'
import { takeUntilDestroyed } from '@angular/core/rxjs-interop'
import { delay } from 'rxjs'
import { webSocketConnect } from 'rx-ctrader'
import { injectClient, provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { replay } from 'rx-ctrader/recording'
import { nextWednesday } from './next-wednesday'
import { IS_RECORDED, REPLAY, Recorder } from './recording/recorder'

/** `?url=ws://127.0.0.1:5036` is a simulator behind a port; without it there is one in the page. */
const url = new URLSearchParams(location.search).get('url')

const application = { clientId: 'demo', clientSecret: 'demo' }
const account = withAccount({ accountId: 12345678, accessToken: 'demo' })

/** Whether the server is this page, which then can make it fail. */
export const IS_SIMULATED = new InjectionToken<boolean>('IS_SIMULATED')

const server = (): EnvironmentProviders =>
  url
    ? provideCTrader({ ...application, connect: webSocketConnect(url) }, account)
    : provideCTrader(
        // Some symbol is always quoted here, so that a line silent for so long is dead.
        { ...application, environment: 'demo', idleTimeout: 10_000 },
        account,
        withSimulator({ seed: 42, start: nextWednesday(Date.now()), latency: 20 }),
      )

const SHOWN = 1_000

/**
 * A recording in place of a server. When it is over, the line is closed: what is requested later has no answer in it, and
 * must not be taken for a refusal.
 */
const recorded = (recording: string): EnvironmentProviders => {
  const connect = replay(recording)
  return makeEnvironmentProviders([
    provideCTrader({ ...application, connect, whenLoginRequired: 'wait' }, account),
    provideEnvironmentInitializer(() => {
      const client = injectClient()
      // What came last is shown first.
      connect.ended$.pipe(delay(SHOWN), takeUntilDestroyed()).subscribe(() => {
        client.logout()
      })
    }),
  ])
}

/** The terminal with a server, or with a recording in place of one. `restart` is called with a recording to load. */
export const configFor = (
  recording: string | undefined,
  restart: (recording: string) => void,
): ApplicationConfig => ({
  providers: [
    provideZonelessChangeDetection(),
    // A recording has the session from its beginning.
    provideEnvironmentInitializer(() => {
      inject(Recorder)
    }),
    { provide: REPLAY, useValue: restart },
    { provide: IS_SIMULATED, useValue: !url && recording === undefined },
    { provide: IS_RECORDED, useValue: recording !== undefined },
    recording === undefined ? server() : recorded(recording),
  ],
})
