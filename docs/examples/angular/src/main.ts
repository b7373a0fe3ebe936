import type { ApplicationRef } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { App } from './app/app'
import { configFor } from './app/app.config'

/** Starts the terminal. Another start ends the one before: its client closes its line. */
const start = async (recording?: string): Promise<void> => {
  const app: ApplicationRef = await bootstrapApplication(
    App,
    configFor(recording, next => {
      app.destroy()
      document.body.append(document.createElement('app-root'))
      start(next).catch(report)
    }),
  )
}

const report = (error: unknown): void => {
  console.error(error)
}

start().catch(report)
