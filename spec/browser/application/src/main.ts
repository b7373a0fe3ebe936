import { bootstrapApplication } from '@angular/platform-browser'
import { App } from 'recipes/app'
import { appConfig } from 'recipes/config'

bootstrapApplication(App, appConfig).catch((error: unknown) => {
  console.error(error)
})
