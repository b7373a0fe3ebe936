import { Subject, of } from 'rxjs'
import type { Client } from 'rx-ctrader'
import { grantedAccounts } from '../../../src/gateway/owner/grants/grantedAccounts'

const asking = (list: object) => {
  const seen: unknown[] = []
  const request = ((payloadType: number) =>
    of(payloadType === 2149 ? list : { profile: { userId: 5 } })) as unknown as Client['request']
  grantedAccounts({ request }, 'token').subscribe(granted => seen.push(granted))
  return seen
}

describe('the accounts that a token opens', () => {
  it.each([
    [0, 'view'],
    [1, 'trade'],
  ])('have the person, and with the permission %d the scope %s', (permissionScope, scope) => {
    const ctidTraderAccount = [
      { ctidTraderAccountId: 1, isLive: true, traderLogin: 7, brokerTitleShort: 'Broker' },
      { ctidTraderAccountId: 2 },
    ]
    expect(asking({ permissionScope, ctidTraderAccount })).toEqual([
      {
        ctidUserId: 5,
        accounts: [
          { accountId: 1, environment: 'live', scope, traderLogin: 7, broker: 'Broker' },
          { accountId: 2, environment: 'demo', scope },
        ],
      },
    ])
  })

  it('may be an empty list, and are known when both answers are there', () => {
    expect(asking({})).toEqual([{ ctidUserId: 5, accounts: [] }])
    const seen: unknown[] = []
    const answer$ = new Subject<never>()
    grantedAccounts({ request: () => answer$ }, 'token').subscribe(one => seen.push(one))
    expect(seen).toEqual([])
  })
})
