import {
  InjectionToken,
  inject,
  provideEnvironmentInitializer,
  provideZonelessChangeDetection,
} from '@angular/core'
import type { ApplicationConfig, EnvironmentProviders } from '@angular/core'
import { webSocketConnect } from 'rx-ctrader'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { replay } from 'rx-ctrader/recording'
import { nextWednesday } from './next-wednesday'
import { REPLAY, Recorder } from './recording/recorder'

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
    recording === undefined
      ? server()
      : provideCTrader({ ...application, connect: replay(recording) }, account),
  ],
})
