import { bootstrapApplication } from '@angular/platform-browser'
import type { BootstrapContext } from '@angular/platform-browser'
import { App } from 'recipes/app'
import { serverConfig } from 'recipes/server'

export default (context: BootstrapContext) => bootstrapApplication(App, serverConfig, context)
