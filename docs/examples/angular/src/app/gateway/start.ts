import { inject, provideEnvironmentInitializer, provideZonelessChangeDetection } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import type { ApplicationRef } from '@angular/core'
import { IS_SIMULATED } from '../app.config'
import { Recorder } from '../recording/recorder'
import { Gate } from './gate'
import { provideGateway } from './session'

/** Starts the terminal behind a gateway at this path of the page. */
export const gateApplication = (path: string): Promise<ApplicationRef> =>
  bootstrapApplication(Gate, {
    providers: [
      provideZonelessChangeDetection(),
      provideGateway(path),
      // A recording has the session from its beginning.
      provideEnvironmentInitializer(() => {
        inject(Recorder)
      }),
      { provide: IS_SIMULATED, useValue: false },
    ],
  })
