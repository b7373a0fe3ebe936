/**
 * A process of its own, because a full collection takes as long as the heap is large. With the modules of some hundred
 * suites in it, a few collections take seconds.
 */
import { firstValueFrom, timer } from 'rxjs'
import { createClient } from '../../../src'
import { createSimulator } from '../../../src/simulator'

/** Collects until something is so, since what a turn has looked at is not collected in it. */
const collected = async (isSo: () => boolean = () => false, turns = 100): Promise<boolean> => {
  for (let turn = 0; turn < turns && !isSo(); turn += 1) {
    await firstValueFrom(timer(20))
    globalThis.gc?.()
  }
  return isSo()
}

const client = () =>
  createClient({ connect: createSimulator().connect, clientId: 'demo', clientSecret: 'demo', linger: 0 })

const unreferenced = async (): Promise<void> => {
  const { account } = client()
  const logins = Array.from(
    { length: 50 },
    (_, n) => new WeakRef(account({ accountId: 12345678, accessToken: `access-token-${n}` })),
  )
  const isGone = await collected(() => logins.filter(login => login.deref() !== undefined).length < 5)
  console.log(`unreferenced: ${isGone ? 'gone' : 'kept'}`)
}

const subscribed = async (): Promise<void> => {
  const { account } = client()
  const options = { accountId: 12345678, accessToken: 'demo' }
  const login = new WeakRef(account(options))
  const subscriptions = [login.deref()?.authenticated$.subscribe()]
  await collected(undefined, 3)
  console.log(`subscribed: ${account(options) === login.deref() ? 'the same' : 'another'}`)
  subscriptions.pop()?.unsubscribe()
  const isGone = await collected(() => login.deref() === undefined)
  console.log(`unsubscribed: ${isGone ? 'gone' : 'kept'}`)
}

void unreferenced().then(subscribed)
