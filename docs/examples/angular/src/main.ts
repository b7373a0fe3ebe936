import type { ApplicationRef } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { App } from './app/app'
import { configFor } from './app/app.config'

/** `?url=/ctrader` is a gateway at the host of this page. */
const url = new URLSearchParams(location.search).get('url')

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

const startBehindGateway = async (path: string): Promise<void> => {
  const { gateApplication } = await import('./app/gateway/start')
  await gateApplication(path)
}

const started = url?.startsWith('/') ? startBehindGateway(url) : start()
started.catch(report)
