/** @jest-environment <rootDir>/spec/angular/pageEnvironment.mjs */
import './page'
import { Component, inject, provideZonelessChangeDetection, signal } from '@angular/core'
import { rxResource } from '@angular/core/rxjs-interop'
import { TestBed } from '@angular/core/testing'
import { Router, provideRouter } from '@angular/router'
import { RouterTestingHarness } from '@angular/router/testing'
import { NEVER, firstValueFrom, timer } from 'rxjs'
import { PayloadType, ProtoOAOrderType, ProtoOATradeSide, lots, placeOrder, spots, trader } from 'rx-ctrader'
import {
  accountResolver,
  accountSignal,
  authenticatedGuard,
  injectAccount,
  injectCTraderTesting,
  injectClient,
  injectCurrentAccount,
  injectSimulator,
  provideCTraderTesting,
} from 'rx-ctrader/angular'
import type { CTraderTesting, CTraderTestingOptions } from 'rx-ctrader/angular'
import { marbles, request } from 'rx-ctrader/testing'

const { PROTO_OA_NEW_ORDER_REQ } = PayloadType

@Component({
  selector: 'app-ticket',
  template: '<button (click)="buy()">{{ quote()?.bid }}</button><p>{{ status() }}</p>',
})
class Ticket {
  private readonly account = injectCurrentAccount()
  readonly quote = accountSignal(account => spots(account, 'EURUSD'))
  readonly status = signal('')

  buy(): void {
    const account = this.account()
    if (!account) return
    const order = { type: 'market', symbol: 'EURUSD', side: 'buy', volume: lots(0.1) } as const
    placeOrder(account, order).subscribe(({ status }) => {
      this.status.set(status)
    })
  }
}

@Component({ selector: 'app-login', template: 'login' })
class Login {
  readonly title = 'login'
}

const buy = request(PROTO_OA_NEW_ORDER_REQ, {
  symbolId: 1,
  orderType: ProtoOAOrderType.MARKET,
  tradeSide: ProtoOATradeSide.BUY,
  volume: 1_000_000,
})

const texts = ({ nativeElement }: { readonly nativeElement: unknown }): string[] =>
  [...(nativeElement as HTMLElement).children].map(({ textContent }) => textContent)

const click = ({ nativeElement }: { readonly nativeElement: unknown }): void => {
  ;(nativeElement as HTMLElement).querySelector('button')?.click()
}

describe('provideCTraderTesting in marbles', () => {
  it('draws a component, whose requests are expected', () => {
    marbles(
      ({ broker, expectRequests }) => {
        TestBed.configureTestingModule({ providers: [provideCTraderTesting({ broker })] })
        const fixture = TestBed.createComponent(Ticket)
        const shown: unknown[] = []
        const at = (ms: number, act: () => void): void => {
          timer(ms).subscribe(() => {
            TestBed.tick()
            act()
          })
        }
        TestBed.tick()
        broker.quotes('2s a', { a: { bid: 1.2, ask: 1.2002 } })
        broker.faults('3050ms d')
        at(1_000, () => shown.push(texts(fixture)))
        at(3_000, () => {
          shown.push(texts(fixture))
          click(fixture)
        })
        at(60_000, () => {
          shown.push(texts(fixture))
          TestBed.resetTestingModule()
          expect(shown).toEqual([
            ['1.1', ''],
            ['1.2', ''],
            ['1.2', 'filled'],
          ])
        })
        expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('3s b', { b: buy })
      },
      { authenticated: false },
    )
  })

  it('leaves expecting to the scenario', () => {
    marbles(({ broker }) => {
      TestBed.configureTestingModule({ providers: [provideCTraderTesting({ broker })] })
      const { expectRequests, broker: same } = TestBed.runInInjectionContext(injectCTraderTesting)
      expect(same).toBe(broker)
      expect(expectRequests).toThrow('broker is that of marbles: use the expectRequests of its scenario')
      TestBed.resetTestingModule()
    })
  })
})

describe('provideCTraderTesting in an async test', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  const advance = (ms: number) => jest.advanceTimersByTimeAsync(ms)
  const open = (options: CTraderTestingOptions = {}, ...providers: readonly unknown[]): CTraderTesting => {
    TestBed.configureTestingModule({
      providers: [
        provideZonelessChangeDetection(),
        provideCTraderTesting({ advance, ...options }),
        ...(providers as []),
      ],
    })
    return TestBed.runInInjectionContext(injectCTraderTesting)
  }

  it('draws a component: prices in, orders out, and what was sent and when', async () => {
    const { advance: pass, broker, expectRequests } = open()
    const fixture = TestBed.createComponent(Ticket)
    await pass(1_000)
    expect(texts(fixture)).toEqual(['1.1', ''])
    broker.quotes('500ms a', { a: { bid: 1.3, ask: 1.3002 } })
    await pass(1_000)
    expect(texts(fixture)).toEqual(['1.3', ''])
    click(fixture)
    await pass(1_000)
    expect(texts(fixture)).toEqual(['1.3', 'filled'])
    expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('2001ms b', { b: buy })
    expect(() => {
      expectRequests(PROTO_OA_NEW_ORDER_REQ).toBe('1s b', { b: buy })
    }).toThrow(/expectRequests[^]*2s 1ms b/)
  })

  it.each([Date.UTC(2026, 0, 10, 12), Date.UTC(2026, 0, 7, 21, 45)])(
    'takes orders at all hours, also at a weekend and in a break of the market: %d',
    async time => {
      jest.setSystemTime(time)
      const { advance: pass } = open()
      const fixture = TestBed.createComponent(Ticket)
      await pass(1_000)
      click(fixture)
      await pass(1_000)
      expect(texts(fixture)).toEqual(['1.1', 'filled'])
    },
  )

  it('works with a fake clock that has the time of day only, as those of Jasmine and zone.js', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'] })
    const { advance: pass, broker } = open()
    const fixture = TestBed.createComponent(Ticket)
    await pass(1_000)
    broker.quotes('500ms a', { a: { bid: 1.3, ask: 1.3002 } })
    await pass(1_000)
    click(fixture)
    await pass(1_000)
    expect(texts(fixture)).toEqual(['1.3', 'filled'])
  })

  it('lets a route with a guard and a resolver be awaited', async () => {
    const routes = [
      { path: 'login', component: Login },
      {
        path: 'trade',
        component: Ticket,
        canActivate: [
          authenticatedGuard({ otherwise: () => inject(Router).createUrlTree(['/login']), timeout: 2_000 }),
        ],
        resolve: { trader: accountResolver(trader) },
      },
    ]
    const { broker, settle } = open({ simulator: { latency: 100 } }, provideRouter(routes))
    const harness = await settle(RouterTestingHarness.create())
    await settle(harness.navigateByUrl('/trade'))
    expect(TestBed.inject(Router).url).toBe('/trade')
    expect(harness.routeNativeElement?.querySelector('button')).not.toBeNull()
    await settle(harness.navigateByUrl('/login'))
    await advance(5_000)
    broker.faults('m')
    await advance(0)
    await settle(harness.navigateByUrl('/trade'))
    expect(TestBed.inject(Router).url).toBe('/login')
  })

  it('lets a resource be awaited, with the account as its parameter', async () => {
    const { settle } = open()
    const bid = TestBed.runInInjectionContext(() => {
      const account = injectCurrentAccount()
      return rxResource({ params: account, stream: ({ params }) => spots(params, 'EURUSD') })
    })
    expect(bid.hasValue()).toBe(false)
    await settle(firstValueFrom(timer(1_000)))
    expect(bid.value()?.bid).toBe(1.1)
  })

  it('fails instead of hanging on what never settles, also where timers never end', async () => {
    const { settle } = open()
    TestBed.runInInjectionContext(injectClient).health$.subscribe()
    await expect(settle(firstValueFrom(NEVER), 5_000)).rejects.toThrow('it has not settled within 5000 ms')
    await expect(settle(Promise.reject(new Error('theirs')))).rejects.toThrow('theirs')
  })

  it('waits in real time without fake timers', async () => {
    jest.useRealTimers()
    TestBed.configureTestingModule({ providers: [provideCTraderTesting()] })
    const { settle } = TestBed.runInInjectionContext(injectCTraderTesting)
    const account = TestBed.runInInjectionContext(injectAccount)
    expect((await settle(firstValueFrom(trader(account)))).balance).toBe(1_000_000)
  })

  it('fails where what is drawn does nothing, unless it may', async () => {
    const draw = (): void => {
      const { broker } = TestBed.runInInjectionContext(injectCTraderTesting)
      broker.quotes('--a', { a: { bid: 1.2, ask: 1.2002 }, b: { bid: 1.1 } })
    }
    open()
    draw()
    await advance(10)
    expect(() => TestBed.resetTestingModule()).toThrow("'b' has a value and is in no diagram")
    open({ strict: false })
    draw()
    await advance(10)
    TestBed.resetTestingModule()
  })

  it('has its broker as the simulator, for the account that is given, and no more after the end', () => {
    const { broker } = open({ account: { accountId: 7 }, simulator: {}, market: 'moving' })
    expect(TestBed.runInInjectionContext(injectSimulator).lines()).toEqual([])
    expect(TestBed.runInInjectionContext(injectAccount).accountId).toBe(7)
    TestBed.resetTestingModule()
    expect(() => {
      broker.faults('d')
    }).toThrow('the test is over: faults must be called before its injector is destroyed')
  })

  it('is refused an option that is misspelt', () => {
    expect(() => provideCTraderTesting({ brokr: 1 } as object)).toThrow('brokr is an unknown option')
  })
})
