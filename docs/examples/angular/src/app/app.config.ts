import { provideZonelessChangeDetection } from '@angular/core'
import type { ApplicationConfig } from '@angular/core'
import { webSocketConnect } from 'rx-ctrader'
import { provideCTrader, withAccount, withSimulator } from 'rx-ctrader/angular'
import { nextWednesday } from './next-wednesday'

/** `?url=ws://127.0.0.1:5036` is a simulator behind a port; without it there is one in the page. */
const url = new URLSearchParams(location.search).get('url')

/** Whether the server is this page, which then can make it fail. */
export const isSimulatedHere = !url

const application = { clientId: 'demo', clientSecret: 'demo' }
const account = withAccount({ accountId: 12345678, accessToken: 'demo' })

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    url
      ? provideCTrader({ ...application, connect: webSocketConnect(url) }, account)
      : provideCTrader(
          // Some symbol is always quoted here, so that a line silent for so long is dead.
          { ...application, environment: 'demo', idleTimeout: 10_000 },
          account,
          withSimulator({ seed: 42, start: nextWednesday(Date.now()), latency: 20 }),
        ),
  ],
}
