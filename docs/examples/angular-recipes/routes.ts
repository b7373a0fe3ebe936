import { inject } from '@angular/core'
import { Router } from '@angular/router'
import type { Routes } from '@angular/router'
import { trader } from 'rx-ctrader'
import { accountResolver, authenticatedGuard } from 'rx-ctrader/angular'
import { Login } from './login'
import { Session } from './session'

export const routes: Routes = [
  { path: 'login', component: Login },
  {
    path: '',
    // For each page, also where one goes from page to page.
    canActivateChild: [authenticatedGuard({ otherwise: () => inject(Router).createUrlTree(['/login']) })],
    children: [
      {
        path: '',
        pathMatch: 'full',
        loadComponent: async () => (await import('./trade')).Trade,
      },
      {
        path: 'balance',
        loadComponent: async () => (await import('./balance')).Balance,
        resolve: { trader: accountResolver(trader, { accountId: () => inject(Session).accountId() }) },
      },
      {
        path: 'history',
        loadComponent: async () => (await import('./history')).History,
      },
    ],
  },
]
