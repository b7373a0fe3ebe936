/** The recipes for Angular, drawn in a page of this process, with a simulator instead of a gateway. */
import '@angular/compiler'
import { Window } from 'happy-dom'
import { TestBed } from '@angular/core/testing'
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing'

import { PLATFORM_ID, inject, provideZonelessChangeDetection } from '@angular/core'
import { Router, provideRouter, withComponentInputBinding } from '@angular/router'
import { RouterTestingHarness } from '@angular/router/testing'
import {
  injectCTraderTesting,
  injectSimulator,
  provideCTrader,
  provideCTraderTesting,
  withAccounts,
  withGateway,
  withSimulator,
  withUser,
} from 'rx-ctrader/angular'
import { MARKET_START } from 'rx-ctrader/testing'
import { History } from './angular-recipes/history'
import { routes } from './angular-recipes/routes'
import { Session } from './angular-recipes/session'
import { AccountStore } from './angular-recipes/store'
import { Trade } from './angular-recipes/trade'

const page = new Window({ url: 'http://localhost/' })
const { document, Element, Event, HTMLElement, MouseEvent, Node, history, location } = page
Object.assign(globalThis, { document, Element, Event, HTMLElement, MouseEvent, Node, history, location })
Object.assign(globalThis, { window: globalThis })
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting())

/** A page with a simulator, whose user is logged in. */
const simulated = [
  provideZonelessChangeDetection(),
  provideRouter(routes, withComponentInputBinding()),
  provideCTrader(
    withGateway('/ctrader', { linger: 200 }),
    withAccounts(),
    withUser(() => inject(Session).user()),
    withSimulator({ seed: 42, start: MARKET_START, speed: 10 }),
  ),
]
const run = <T>(act: () => T): T => TestBed.runInInjectionContext(act)
const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const showRoutes = async (): Promise<void> => {
  TestBed.configureTestingModule({ providers: simulated })
  const harness = await RouterTestingHarness.create('/')
  console.log('without a user:', TestBed.inject(Router).url)
  TestBed.inject(Session).user.set('ann')
  await harness.navigateByUrl('/')
  console.log('with one:', TestBed.inject(Router).url)
  await wait(300)
  const { positionCount, quote, spread } = TestBed.inject(AccountStore)
  console.log('store:', positionCount(), quote()?.symbolId, (spread() ?? 0) > 0)
  const history = TestBed.createComponent(History)
  await wait(500)
  console.log('resource:', (history.nativeElement as HTMLElement).textContent.trim())

  // A component is replaced, as by hot module replacement: the line stays.
  const { lines } = run(injectSimulator)
  TestBed.createComponent(Trade).destroy()
  TestBed.createComponent(Trade)
  await wait(100)
  console.log('replaced:', lines().length, 'line')
  TestBed.resetTestingModule()
}

const showServer = async (): Promise<void> => {
  TestBed.configureTestingModule({ providers: [...simulated, { provide: PLATFORM_ID, useValue: 'server' }] })
  TestBed.inject(Session).user.set('ann')
  const harness = await RouterTestingHarness.create('/')
  await harness.fixture.whenStable()
  console.log('on the server:', harness.routeNativeElement?.querySelector('p')?.textContent)
  TestBed.resetTestingModule()
}

const showTest = async (): Promise<void> => {
  // #region test
  TestBed.configureTestingModule({
    // With fake timers: provideCTraderTesting({ advance: ms => jest.advanceTimersByTimeAsync(ms) })
    providers: [provideZonelessChangeDetection(), provideCTraderTesting()],
  })
  const { advance, broker, settle } = run(injectCTraderTesting)
  const fixture = TestBed.createComponent(Trade)
  const element = fixture.nativeElement as HTMLElement
  await advance(100)
  broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 } })
  await advance(100)
  console.log('shown:', element.querySelector('p')?.textContent)
  element.querySelector('button')?.click()
  await advance(500)
  await settle(fixture.whenStable())
  console.log('bought:', fixture.componentInstance.status())
  // #endregion
  TestBed.resetTestingModule()
}

showRoutes()
  .then(showServer)
  .then(showTest)
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  // A page may keep timers of its own.
  .finally(() => process.exit())
