import { mergeApplicationConfig } from '@angular/core'
import { RenderMode, provideServerRendering, withRoutes } from '@angular/ssr'
import type { ServerRoute } from '@angular/ssr'
import { appConfig } from './config'

export const serverRoutes: ServerRoute[] = [
  { path: 'balance', renderMode: RenderMode.Server },
  { path: 'history', renderMode: RenderMode.Client },
  { path: '**', renderMode: RenderMode.Prerender },
]

export const serverConfig = mergeApplicationConfig(appConfig, {
  providers: [provideServerRendering(withRoutes(serverRoutes))],
})
