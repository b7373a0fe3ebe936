import { provideZoneChangeDetection } from '@angular/core'
import { TestBed, discardPeriodicTasks, fakeAsync, tick } from '@angular/core/testing'
import { Router, provideRouter, withComponentInputBinding } from '@angular/router'
import { RouterTestingHarness } from '@angular/router/testing'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide } from 'rx-ctrader'
import { injectCTraderTesting, provideCTraderTesting } from 'rx-ctrader/angular'
import type { CTraderTestingOptions } from 'rx-ctrader/angular'
import { request } from 'rx-ctrader/testing'
import { routes } from 'recipes/routes'
import { Trade } from 'recipes/trade'

const { PROTO_OA_NEW_ORDER_REQ } = PayloadType

const buy = request(PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 1_000_000,
})

const testing = () => TestBed.runInInjectionContext(injectCTraderTesting)

/** What a user sees, and the button. */
const show = () => {
  const fixture = TestBed.createComponent(Trade)
  fixture.autoDetectChanges()
  const element = fixture.nativeElement as HTMLElement
  return {
    status: fixture.componentInstance.status,
    price: () => element.querySelector('p')?.textContent,
    click: () => element.querySelector('button')?.click(),
  }
}

describe('Trade', () => {
  const provide = (options: CTraderTestingOptions = {}): void => {
    TestBed.configureTestingModule({
      providers: [
        provideZoneChangeDetection(),
        provideRouter(routes, withComponentInputBinding()),
        provideCTraderTesting(options),
      ],
    })
  }

  it('shows prices as they are drawn, and sends one order for a click', async () => {
    provide()
    const { advance, broker, expectRequests } = testing()
    const { click, price, status } = show()
    await advance(100)
    broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 } })
    await advance(100)
    expect(price()).toBe('1.2')
    expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('')
    click()
    await advance(500)
    expect(status()).toBe('filled')
  })

  it('does so in fakeAsync, where times are exact', fakeAsync(() => {
    provide({ advance: tick })
    const { broker, expectRequests } = testing()
    const { click, price, status } = show()
    tick(100)
    broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 } })
    tick(100)
    expect(price()).toBe('1.2')
    click()
    tick(500)
    expect(status()).toBe('filled')
    expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('200ms b', { b: buy })
    // The line closes, and with it all that would go on for ever.
    TestBed.resetTestingModule()
    discardPeriodicTasks()
  }))

  it('is behind a guard that can be awaited', async () => {
    provide()
    const { settle } = testing()
    const harness = await settle(RouterTestingHarness.create())
    await settle(harness.navigateByUrl('/balance'))
    expect(TestBed.inject(Router).url).toBe('/balance')
    expect(harness.routeNativeElement?.textContent).toContain('12345678: 10000.00')
  })
})
