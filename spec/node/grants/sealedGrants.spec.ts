import { EMPTY, catchError, concat, concatMap, lastValueFrom, of, throwError, toArray } from 'rxjs'
import type { Observable } from 'rxjs'
import { busError } from 'rx-ctrader/gateway'
import { memoryStore } from '../../../src/gateway/bus/store'
import type { Store, StoreEntry } from '../../../src/gateway/bus/store'
import { sealedGrants } from '../../../src/node/grants/sealedGrants'

const KEY = { id: '2026-11', key: new Uint8Array(32).fill(7) }
const NEWER = { id: '2026-12', key: new Uint8Array(32).fill(8) }
const TOKENS = { accessToken: 'access-secret', refreshToken: 'refresh-secret', expiresAt: 5 }
const NEXT = { accessToken: 'access-next', refreshToken: 'refresh-next', expiresAt: 9 }

const all = <T>(source$: Observable<T>): Promise<readonly T[]> => lastValueFrom(source$.pipe(toArray()))
const problem = (source$: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(
    source$.pipe(
      concatMap(() => EMPTY),
      catchError((error: unknown) => of(String(error))),
    ),
    { defaultValue: 'none' },
  )

/** A store that notes what it is given. */
const noted = () => {
  const store = memoryStore()
  const texts: string[] = []
  const put: Store['put'] = (key, text, after) => {
    texts.push(key, text)
    return store.put(key, text, after)
  }
  return { texts, store: { ...store, put } }
}

describe('sealed grants in a shared store', () => {
  it('give back what was saved, with its version, and nothing where nothing was saved', async () => {
    const grants = sealedGrants(memoryStore(), [KEY])
    expect(await all(grants.load('ann'))).toEqual([])
    const [version = ''] = await all(grants.save('ann', TOKENS, ''))
    expect(await all(grants.load('ann'))).toEqual([{ tokens: TOKENS, version }])
    expect(await all(grants.load('bob'))).toEqual([])
  })

  it('show no token, key or grant id to the store', async () => {
    const { store, texts } = noted()
    await all(sealedGrants(store, [KEY]).save('ann', TOKENS, ''))
    expect(texts).toHaveLength(2)
    expect(texts.join()).not.toMatch(/secret|ann|BwcH/)
  })

  it('are saved over the version that is expected only', async () => {
    const grants = sealedGrants(memoryStore(), [KEY])
    const [first = ''] = await all(grants.save('ann', TOKENS, ''))
    const [second = ''] = await all(grants.save('ann', NEXT, first))
    expect(second).not.toBe(first)
    expect(await problem(grants.save('ann', TOKENS, first))).toContain('is not the version that is kept')
    expect(await problem(grants.save('ann', TOKENS, ''))).toContain('is not the version that is kept')
    expect(await all(grants.load('ann'))).toEqual([{ tokens: NEXT, version: second }])
  })

  it('are saved by one of two that save at the same time', async () => {
    const shared = memoryStore()
    /** Another process saves between the look and the write. */
    const late: Store = {
      ...shared,
      put: (key, text, after) =>
        concat(
          sealedGrants(shared, [KEY])
            .save('ann', NEXT, '')
            .pipe(concatMap(() => EMPTY)),
          shared.put(key, text, after),
        ),
    }
    expect(await problem(sealedGrants(late, [KEY]).save('ann', TOKENS, ''))).toContain('another has written')
    expect(await all(sealedGrants(shared, [KEY]).load('ann'))).toMatchObject([{ tokens: NEXT }])
  })

  it('count as saved if only the answer of the store was lost', async () => {
    const shared = memoryStore()
    const deaf: Store = {
      ...shared,
      put: (key, text, after) =>
        shared.put(key, text, after).pipe(concatMap(() => throwError(() => busError('Unanswered')))),
    }
    const [version = ''] = await all(sealedGrants(deaf, [KEY]).save('ann', TOKENS, ''))
    expect(await all(sealedGrants(shared, [KEY]).load('ann'))).toEqual([{ tokens: TOKENS, version }])
  })

  it('are watched in their order, each once, without what is old, removed or of another key', async () => {
    const shared = memoryStore()
    const grants = sealedGrants(shared, [KEY])
    let [key, first]: [string, StoreEntry] = ['', { revision: 0, text: '' }]
    const store: Store = {
      ...shared,
      // A lost connection is back, and what was asked for meanwhile comes late.
      watch: name => {
        key = name
        return shared.watch(name).pipe(concatMap((entry, index) => (index === 1 ? [entry, first] : [entry])))
      },
    }
    const logged: unknown[] = []
    const seen: string[] = []
    sealedGrants(store, [KEY], (...entry) => logged.push(entry))
      .watch('ann')
      .subscribe(({ tokens, version }) => seen.push(`${tokens.accessToken} ${version}`))
    const [one = ''] = await all(grants.save('ann', TOKENS, ''))
    first = (await lastValueFrom(shared.get(key))) ?? first
    const [two = ''] = await all(grants.save('ann', NEXT, one))
    await all(grants.remove('ann'))
    await all(sealedGrants(shared, [NEWER]).save('ann', TOKENS, ''))
    const { revision } = (await lastValueFrom(shared.get(key))) ?? first
    const [last = ''] = await all(shared.put(key, first.text, revision))
    expect(seen).toEqual([`access-secret ${one}`, `access-next ${two}`, `access-secret ${last}`])
    expect(logged).toMatchObject([
      ['warn', 'gateway.grant', { grantId: 'ann', error: { option: 'grantId' } }],
    ])
  })

  it('are opened by all keys, sealed by the first, and only as those of their grant', async () => {
    const { store, texts } = noted()
    const [version = ''] = await all(sealedGrants(store, [KEY]).save('ann', TOKENS, ''))
    const grants = sealedGrants(store, [NEWER, KEY])
    expect(await all(grants.load('ann'))).toEqual([{ tokens: TOKENS, version }])
    await all(grants.save('ann', NEXT, version))
    expect(await problem(sealedGrants(store, [KEY]).load('ann'))).toContain('a key that is not there')
    const [key = '', , , sealed = ''] = texts
    await all(grants.save('bob', TOKENS, ''))
    const otherKey = texts.at(-2) ?? ''
    expect(otherKey).not.toBe(key)
    await all(store.put(otherKey, sealed, Number((await all(grants.load('bob')))[0]?.version)))
    expect(await problem(grants.load('bob'))).toContain('do not open')
  })

  it('are removed, whether there are any or not, and can be saved again', async () => {
    const grants = sealedGrants(memoryStore(), [KEY])
    expect(await all(grants.remove('ann'))).toEqual([])
    await all(grants.save('ann', TOKENS, ''))
    await all(grants.remove('ann'))
    await all(grants.remove('ann'))
    expect(await all(grants.load('ann'))).toEqual([])
    await all(grants.save('ann', NEXT, ''))
    expect(await all(grants.load('ann'))).toMatchObject([{ tokens: NEXT }])
  })

  it('need the id of a grant', async () => {
    const grants = sealedGrants(memoryStore(), [KEY])
    expect(await problem(grants.load(''))).toContain('grantId must be a non-empty string')
    expect(await problem(grants.save(undefined as never, TOKENS, ''))).toContain('grantId')
  })
})
