import * as fc from 'fast-check'
import { Subject, defer, of, switchMap, take, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { CTraderError, PayloadType } from 'rx-ctrader'
import type { Link, Page } from 'rx-ctrader'
import { readPages } from '../../../src/streams/history/pages'
import type { HistoryList } from '../../../src/streams/history/pages'
import type { Rows } from '../../../src/streams/history/pageBackwards'

const { PROTO_OA_ERROR_RES } = PayloadType

/** How many lists: `HISTORY_RUNS=5000 npx jest history` for many more. */
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 200)

interface Item {
  readonly id: number
  readonly at: number
}

interface Asked {
  readonly fromTimestamp: number
  readonly toTimestamp: number
}

interface Rules {
  /** The most items of an answer. */
  readonly chunk: number
  /** The longest range that the server allows, and the one that is documented. */
  readonly allowed: number
  readonly longest: number
  readonly newestFirst: boolean
  readonly moves: boolean
  /** Which end of a range it leaves out, and whether that is known. */
  readonly cut: 'older' | 'newer'
  readonly isCutKnown: boolean
}

const rules: Rules = {
  chunk: 3,
  allowed: Infinity,
  longest: 100,
  newestFirst: true,
  moves: false,
  cut: 'older',
  isCutKnown: true,
}

const refusal = new CTraderError({
  reason: 'Refused',
  payloadType: PROTO_OA_ERROR_RES,
  errorCode: 'INCORRECT_BOUNDARIES',
})

/** What the server says: the newest of a range, or the oldest, as many as an answer holds. */
const answerOf = (
  items: readonly Item[],
  { fromTimestamp, toTimestamp }: Asked,
  { chunk, cut, newestFirst }: Rules,
): Rows<Item> => {
  const within = items
    .filter(({ at }) => at >= fromTimestamp && at <= toTimestamp)
    .sort((a, b) => b.at - a.at || b.id - a.id)
  const some = cut === 'older' ? within.slice(0, chunk) : within.slice(-chunk)
  return { rows: newestFirst ? some : some.reverse(), hasMore: within.length > chunk }
}

interface Server extends HistoryList<Item> {
  readonly asked: Asked[]
  /** Which items were in its answers. */
  readonly told: Set<number>
}

const serverOf = (items: () => readonly Item[], some: Partial<Rules> = {}): Server => {
  const its = { ...rules, ...some }
  const asked: Asked[] = []
  const told = new Set<number>()
  return {
    asked,
    told,
    longest: its.longest,
    timeOf: ({ at }) => at,
    idOf: ({ id }) => id,
    moves: its.moves,
    cut: its.isCutKnown ? 'older' : 'unknown',
    payloadType: PayloadType.PROTO_OA_DEAL_LIST_REQ,
    ask: (_, range) =>
      defer(() => {
        asked.push(range)
        if (range.toTimestamp + 1 - range.fromTimestamp > its.allowed) return throwError(() => refusal)
        const answered = answerOf(items(), range, its)
        for (const { id } of answered.rows) told.add(id)
        return of(answered)
      }),
  }
}

const link = {} as Link
const asking = <T>(ask: (link: Link) => Observable<T>): Observable<T> => ask(link)

interface Read {
  readonly pages: Page<Item>[]
  /** How many items had come at most that were not yet in a page. */
  readonly waited: number
  readonly completed: boolean
  readonly error: unknown
}

const read = (server: Server, from: number, to: number): Read => {
  const pages: Page<Item>[] = []
  let waited = 0
  let given = 0
  let completed = false
  let error: unknown
  readPages(asking, server, { from, to }).subscribe({
    next: page => {
      waited = Math.max(waited, server.told.size - given)
      given += page.items.length
      pages.push(page)
    },
    error: (cause: unknown) => {
      error = cause
    },
    complete: () => {
      completed = true
    },
  })
  return { pages, waited, completed, error }
}

const itemsOf = (pages: readonly Page<Item>[]): Item[] => pages.flatMap(({ items }) => items)

const spread = (...times: readonly number[]): Item[] => times.map((at, id) => ({ id, at }))

/** Every range is covered, without a hole or an overlap, and the progress tells how far. */
const expectWhole = ({ pages, completed, error }: Read, from: number, to: number): void => {
  expect(error).toBeUndefined()
  expect(completed).toBe(true)
  expect(pages[0]?.from).toBe(from)
  expect(pages.at(-1)).toMatchObject({ to, progress: 1 })
  pages.forEach((page, index) => {
    const next = pages[index + 1]
    if (next) expect(next.from).toBe(page.to + 1)
    expect(page.progress).toBeCloseTo((page.to + 1 - from) / (to + 1 - from), 9)
    for (const { at } of page.items) {
      expect(at).toBeGreaterThanOrEqual(page.from)
      expect(at).toBeLessThanOrEqual(page.to)
    }
  })
}

const lists = fc
  .record({
    chunk: fc.integer({ min: 1, max: 12 }),
    allowed: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 300 })),
    longest: fc.integer({ min: 1, max: 300 }),
    newestFirst: fc.boolean(),
    moves: fc.boolean(),
    cut: fc.constantFrom('older' as const, 'newer' as const),
    from: fc.integer({ min: -50, max: 500 }),
    width: fc.integer({ min: 0, max: 500 }),
    times: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }),
    crowded: fc.array(fc.integer({ min: 100, max: 110 }), { maxLength: 60 }),
  })
  .map(({ times, crowded, chunk, ...rest }) => {
    const all = [...times, ...crowded].sort((a, b) => a - b)
    // What fills more than an answer with one ms, no server can tell.
    const told = all.filter((at, index) => all[index - chunk] !== at)
    return { ...rest, isCutKnown: rest.cut === 'older', chunk, items: told.map((at, id) => ({ id, at })) }
  })

describe('pages of history', () => {
  it('have every item of a range once, in order, for answers of any size and ranges of any length', () => {
    fc.assert(
      fc.property(lists, ({ items, from, width, ...its }) => {
        const to = from + width
        const server = serverOf(() => items, its)
        const whole = read(server, from, to)
        expectWhole(whole, from, to)
        expect(itemsOf(whole.pages)).toEqual(items.filter(({ at }) => at >= from && at <= to))
        const tooLong = server.asked.filter(
          ({ fromTimestamp, toTimestamp }) => toTimestamp + 1 - fromTimestamp > its.longest,
        )
        expect(tooLong).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  it('miss no item that moves to a later time while they are read', () => {
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.nat()), ({ items, ...its }, chances) => {
        let now = 500
        const standing = [...items]
        const server = serverOf(
          () => {
            // Between two questions one of them changes.
            const index = (chances.next().value ?? 0) % (standing.length + 1)
            const moved = standing[index]
            now += 1
            if (moved && now <= 560) standing[index] = { ...moved, at: now }
            return standing
          },
          { ...its, moves: true },
        )
        const { pages } = read(server, -50, 600)
        expect(new Set(itemsOf(pages).map(({ id }) => id))).toEqual(new Set(items.map(({ id }) => id)))
        const latest = new Map(itemsOf(pages).map(item => [item.id, item]))
        for (const item of standing.filter(({ at }) => at < 500)) expect(latest.get(item.id)).toEqual(item)
      }),
      { numRuns: RUNS },
    )
  })

  it('are asked for in the longest ranges allowed, both ends included, and no longer', () => {
    const server = serverOf(() => [])
    expectWhole(read(server, 1_000, 1_249), 1_000, 1_249)
    expect(server.asked).toEqual([
      { fromTimestamp: 1_000, toTimestamp: 1_099 },
      { fromTimestamp: 1_100, toTimestamp: 1_199 },
      { fromTimestamp: 1_200, toTimestamp: 1_249 },
    ])
  })

  it('are one for a single ms', () => {
    const server = serverOf(() => spread(6, 7, 7, 8))
    const { pages } = read(server, 7, 7)
    expect(pages).toEqual([
      {
        from: 7,
        to: 7,
        items: [
          { id: 1, at: 7 },
          { id: 2, at: 7 },
        ],
        progress: 1,
      },
    ])
    expect(server.asked).toHaveLength(1)
  })

  it('do not lose what shares its ms with the end of a cut answer', () => {
    const items = spread(10, 20, 20, 20, 30)
    const whole = read(
      serverOf(() => items),
      0,
      99,
    )
    expect(itemsOf(whole.pages)).toEqual(items)
  })

  it('have as much as the server tells of a ms that fills an answer by itself, and go on', () => {
    const items = spread(10, 20, 20, 20, 20, 20, 30)
    const { pages, completed } = read(
      serverOf(() => items),
      0,
      99,
    )
    expect(completed).toBe(true)
    expect(itemsOf(pages).map(({ id }) => id)).toEqual([0, 3, 4, 5, 6])
    const first = read(
      serverOf(() => items),
      20,
      29,
    )
    expect(itemsOf(first.pages).map(({ id }) => id)).toEqual([3, 4, 5])
    const alone = read(
      serverOf(() => items),
      20,
      20,
    )
    expect(itemsOf(alone.pages).map(({ id }) => id)).toEqual([3, 4, 5])
    expect(alone.completed).toBe(true)
  })

  it('do not believe that there is more where there is nothing', () => {
    const server: Server = { ...serverOf(() => []), ask: () => of({ rows: [], hasMore: true }) }
    expectWhole(read(server, 0, 99), 0, 99)
  })

  it('miss nothing of a list with either end cut off (A12)', () => {
    const items = spread(...Array.from({ length: 200 }, (_, index) => index))
    for (const cut of ['older', 'newer'] as const) {
      const server = serverOf(() => items, { chunk: 7, cut, isCutKnown: false })
      const whole = read(server, 0, 299)
      expectWhole(whole, 0, 299)
      expect(itemsOf(whole.pages)).toEqual(items)
    }
  })

  it('error where there is more and more, without end, and ask no more then (G11)', () => {
    const endless = [
      // Always the same answer.
      () => of({ rows: spread(5, 6), hasMore: true }),
      // Always something.
      (_: Link, { fromTimestamp, toTimestamp }: Asked) =>
        of({ rows: [fromTimestamp, toTimestamp].map((at, id) => ({ id, at })), hasMore: true }),
      () => of({ rows: [], hasMore: true }),
    ]
    for (const ask of endless)
      for (const isCutKnown of [true, false]) {
        let asked = 0
        const server: Server = {
          ...serverOf(() => [], { isCutKnown }),
          ask: (its, range) => {
            asked += 1
            return ask(its, range)
          },
        }
        const { error } = read(server, 0, 1_000_000)
        expect(error).toMatchObject({ reason: 'InvalidAnswer', faults: [{ path: 'payload.hasMore' }] })
        expect(asked).toBeLessThan(100)
      }
  })

  it('have nothing twice of a server that begins before the range or ends after it', () => {
    const items = spread(...Array.from({ length: 50 }, (_, index) => index * 7))
    const exact = serverOf(() => items, { chunk: 5 })
    const server: Server = {
      ...exact,
      ask: (its, { fromTimestamp, toTimestamp }) =>
        exact.ask(its, { fromTimestamp: fromTimestamp - 9, toTimestamp: toTimestamp + 9 }),
    }
    const whole = read(server, 30, 280)
    expectWhole(whole, 30, 280)
    expect(itemsOf(whole.pages)).toEqual(items.filter(({ at }) => at >= 30 && at <= 280))
  })

  it('find out how long a range may be where it is shorter than documented, and ask for none longer again', () => {
    const server = serverOf(() => spread(5, 500), { allowed: 30 })
    expectWhole(read(server, 0, 999), 0, 999)
    const lengths = server.asked.map(({ fromTimestamp, toTimestamp }) => toTimestamp + 1 - fromTimestamp)
    expect(lengths.slice(0, 4)).toEqual([100, 50, 25, 25])
    expect(lengths.filter(length => length > 30)).toHaveLength(2)
  })

  it('error where the server refuses even a single ms', () => {
    const server = serverOf(() => [], { allowed: 0 })
    const { error, pages } = read(server, 0, 99)
    expect(error).toBe(refusal)
    expect(pages).toEqual([])
  })

  it('pass on any other error', () => {
    const cause = new CTraderError({
      reason: 'Refused',
      payloadType: PROTO_OA_ERROR_RES,
      errorCode: 'SYMBOL_NOT_FOUND',
    })
    const server: Server = { ...serverOf(() => []), ask: () => throwError(() => cause) }
    expect(read(server, 0, 99).error).toBe(cause)
  })

  it('wait in small numbers only, and cost little more than the answers they fill', () => {
    const items = Array.from({ length: 100_000 }, (_, id) => ({ id, at: id * 10 + ((id * id) % 7) }))
    const server = serverOf(() => items, { chunk: 1_000, longest: 400_000 })
    const { pages, waited } = read(server, 0, 999_999)
    expect(itemsOf(pages)).toEqual(items)
    expect(waited).toBeLessThanOrEqual(4_000)
    expect(server.asked.length).toBeLessThanOrEqual(120)
  })

  it('are asked for in long ranges again where there is less', () => {
    const crowd = Array.from({ length: 50 }, (_, id) => ({ id, at: id }))
    const server = serverOf(() => crowd)
    const long = read(server, 0, 9_999)
    expectWhole(long, 0, 9_999)
    expect(server.asked.filter(({ fromTimestamp }) => fromTimestamp > 200)).toHaveLength(98)
  })

  it('are asked for one at a time, the next when a page was taken, and no more without a subscriber', () => {
    const server = serverOf(() => [])
    const turn$ = new Subject<void>()
    const happened: string[] = []
    const slow: Server = {
      ...server,
      ask: (its, range) => {
        happened.push(`asked from ${range.fromTimestamp}`)
        return turn$.pipe(
          take(1),
          switchMap(() => server.ask(its, range)),
        )
      },
    }
    const reading = readPages(asking, slow, { from: 0, to: 999 }).subscribe(({ to }) => {
      happened.push(`page to ${to}`)
    })
    turn$.next()
    turn$.next()
    expect(happened).toEqual([
      'asked from 0',
      'page to 99',
      'asked from 100',
      'page to 199',
      'asked from 200',
    ])
    reading.unsubscribe()
    turn$.next()
    expect(happened).toHaveLength(5)
    expect(turn$.observed).toBe(false)
  })

  it('are asked for anew by each who subscribes, and not before', () => {
    const server = serverOf(() => spread(1, 2, 3, 4))
    const pages$ = readPages(asking, server, { from: 0, to: 99 })
    expect(server.asked).toEqual([])
    const seen = [0, 1].map(() => {
      const items: Item[] = []
      pages$.subscribe(page => items.push(...page.items))
      return items
    })
    expect(seen).toEqual([spread(1, 2, 3, 4), spread(1, 2, 3, 4)])
    expect(server.asked).toHaveLength(4)
  })

  it('end with a consumer who has enough', () => {
    const server = serverOf(() => [])
    readPages(asking, server, { from: 0, to: 999 }).pipe(take(2)).subscribe()
    expect(server.asked).toHaveLength(2)
  })
})
