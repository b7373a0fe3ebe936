import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import type fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Claim } from '../../../src/node/files/lock'
import type { Owner } from '../../../src/node/files/owner'
import type * as owner from '../../../src/node/files/owner'

/** Called before each operation of a lock on files. */
let beforeOperation: (() => void) | undefined
jest.mock('node:fs', () => {
  const actual = jest.requireActual<typeof fs>('node:fs')
  const watched = [
    'mkdtempSync',
    'readFileSync',
    'readdirSync',
    'renameSync',
    'rmSync',
    'statSync',
    'writeFileSync',
  ] as const
  const wrapped = watched.map(name => {
    const call = (...args: unknown[]): unknown => {
      beforeOperation?.()
      return (actual[name] as (...args: unknown[]) => unknown)(...args)
    }
    return [name, call]
  })
  return { ...actual, ...(Object.fromEntries(wrapped) as object) }
})

/** The process that acts. */
let acting = 0
jest.mock('../../../src/node/files/owner', () => {
  const actual = jest.requireActual<typeof owner>('../../../src/node/files/owner')
  let claims = 0
  return {
    ...actual,
    thisProcess: (): Owner => ({ pid: acting, thread: 0, host: 'here', claim: `${acting}-${claims++}` }),
    isThisProcess: ({ pid }: Owner) => pid === acting,
    lifeOf: ({ pid }: Owner) => (pid === DEAD ? 'dead' : 'alive'),
  }
})
const { claim } = jest.requireActual<{ claim: (path: string) => Claim }>('../../../src/node/files/lock')

const DEAD = 1

let directory = ''
let path = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'races-'))
  path = join(directory, 'orders.jsonl')
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

/** What has claimed the file, each by its process; those that were refused are left out. */
const outcome = (claims: ReadonlyMap<number, Claim>): readonly number[] =>
  [...claims].filter(([, { isValid }]) => isValid()).map(([pid]) => pid)

/**
 * Processes claim the file one inside the other: the second does it before some operation of the first, the third before
 * some operation of the second. Returns whether the first had as many operations.
 */
const race = (
  places: readonly number[],
): { readonly claims: Map<number, Claim>; readonly isOver: boolean } => {
  const claims = new Map<number, Claim>()
  let isOver = false
  const claimAs = (pid: number, [place, ...others]: readonly number[]): void => {
    let operations = 0
    const interrupt = (): void => {
      if (operations++ !== place) return
      beforeOperation = undefined
      claimAs(pid + 1, others)
      acting = pid
      beforeOperation = interrupt
    }
    acting = pid
    beforeOperation = place === undefined ? undefined : interrupt
    try {
      claims.set(pid, claim(path))
    } catch (error) {
      expect((error as Error).message).toContain('is in use by')
    } finally {
      beforeOperation = undefined
    }
    if (place !== undefined && operations <= place) isOver = true
  }
  claimAs(2, places)
  return { claims, isOver }
}

const leave = (note: string | undefined): void => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true })
  mkdirSync(`${path}.lock`)
  if (note !== undefined) writeFileSync(join(`${path}.lock`, 'owner.json'), note)
  const long = Date.now() / 1_000 - 60
  utimesSync(`${path}.lock`, long, long)
}

describe('a file that several processes claim at once', () => {
  const dead = JSON.stringify({ pid: DEAD, thread: 0, host: 'here', claim: 'of the dead' })
  it.each([
    [
      'a dead process’s',
      () => {
        leave(dead)
      },
    ],
    [
      'one’s that says nothing of itself, and gives no sign of life',
      () => {
        leave(undefined)
      },
    ],
    [
      'free',
      () => {
        leave(undefined)
        rmSync(`${path}.lock`, { recursive: true })
      },
    ],
  ])('goes to one of them, wherever they meet, when it was %s (C4)', (_, begin) => {
    let races = 0
    for (let first = 0, isOver = false; !isOver; first++) {
      for (let second = 0, isSecondOver = false; !isSecondOver; second++) {
        begin()
        const { claims, isOver: isOne } = race([first, second])
        races++
        const owners = outcome(claims)
        expect({ first, second, owners: owners.length, claims: claims.size }).toEqual({
          first,
          second,
          owners: 1,
          claims: 1,
        })
        isSecondOver = isOne
        isOver = isOne && second === 0
      }
    }
    expect(races).toBeGreaterThan(50)
  })
})
