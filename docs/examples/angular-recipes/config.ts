import { inject, provideZonelessChangeDetection } from '@angular/core'
import type { ApplicationConfig } from '@angular/core'
import { provideRouter, withComponentInputBinding } from '@angular/router'
import { provideCTrader, withAccounts, withGateway, withUser } from 'rx-ctrader/angular'
import { routes } from './routes'
import { Session } from './session'

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideRouter(routes, withComponentInputBinding()),
    // A cookie says to the gateway who it is.
    provideCTrader(
      withGateway('/ctrader'),
      withAccounts(),
      withUser(() => inject(Session).user()),
    ),
  ],
}
