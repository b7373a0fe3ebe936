import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { firstValueFrom, timer } from 'rxjs'
import { createClient } from 'rx-ctrader'
import { createSimulator } from 'rx-ctrader/simulator'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects until something is so, since what a turn has looked at is not collected in it. */
const collected = async (isSo: () => boolean = () => false, turns = 100): Promise<void> => {
  for (let turn = 0; turn < turns && !isSo(); turn += 1) {
    await firstValueFrom(timer(20))
    collect()
  }
}

const client = () =>
  createClient({ connect: createSimulator().connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })

describe('an account with a token of its own for each login', () => {
  it('is not kept when it is not referenced any more (B11)', async () => {
    const { account } = client()
    const logins = Array.from(
      { length: 50 },
      (_, n) => new WeakRef(account({ accountId: 12345678, accessToken: `access-token-${n}` })),
    )
    const left = (): number => logins.filter(login => login.deref() !== undefined).length
    await collected(() => left() < 5)
    expect(left()).toBeLessThan(5)
  })

  it('is the same as long as it has a subscriber (B11)', async () => {
    const { account } = client()
    const options = { accountId: 12345678, accessToken: 'demo' }
    const login = new WeakRef(account(options))
    const subscriptions = [login.deref()?.authenticated$.subscribe()]
    await collected(undefined, 3)
    expect(login.deref() === undefined).toBe(false)
    expect(account(options) === login.deref()).toBe(true)
    subscriptions.pop()?.unsubscribe()
    const isGone = (): boolean => login.deref() === undefined
    await collected(isGone)
    expect(isGone()).toBe(true)
  })
})
