import { provideZonelessChangeDetection } from '@angular/core'
import { TestBed } from '@angular/core/testing'
import { Router, provideRouter, withComponentInputBinding } from '@angular/router'
import { RouterTestingHarness } from '@angular/router/testing'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide } from 'rx-ctrader'
import { injectCTraderTesting, provideCTraderTesting } from 'rx-ctrader/angular'
import { request } from 'rx-ctrader/testing'
import { routes } from 'recipes/routes'
import { Trade } from 'recipes/trade'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

const { PROTO_OA_NEW_ORDER_REQ } = PayloadType

const buy = request(PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 1_000_000,
})

// An import takes no time of the test, so what is loaded lazily must be there.
beforeAll(() => import('recipes/balance'))
beforeEach(() => {
  vi.useFakeTimers()
  TestBed.configureTestingModule({
    providers: [
      provideZonelessChangeDetection(),
      provideRouter(routes, withComponentInputBinding()),
      provideCTraderTesting({ advance: ms => vi.advanceTimersByTimeAsync(ms) }),
    ],
  })
})
afterEach(() => {
  TestBed.resetTestingModule()
  vi.useRealTimers()
})

const testing = () => TestBed.runInInjectionContext(injectCTraderTesting)

describe('Trade', () => {
  it('shows prices as they are drawn, and sends one order for a click', async () => {
    const { advance, broker, expectRequests, settle } = testing()
    const fixture = TestBed.createComponent(Trade)
    const element = fixture.nativeElement as HTMLElement
    await advance(100)
    broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 } })
    await advance(100)
    expect(element.querySelector('p')?.textContent).toBe('1.2')
    element.querySelector('button')?.click()
    await advance(500)
    await settle(fixture.whenStable())
    expect(fixture.componentInstance.status()).toBe('filled')
    expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('201ms b', { b: buy })
  })

  it('is behind a guard that can be awaited', async () => {
    const { settle } = testing()
    const harness = await settle(RouterTestingHarness.create())
    await settle(harness.navigateByUrl('/balance'))
    expect(TestBed.inject(Router).url).toBe('/balance')
    expect(harness.routeNativeElement?.textContent).toContain('12345678: 10000.00')
  })
})
