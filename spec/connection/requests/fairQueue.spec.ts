import * as fc from 'fast-check'
import { PayloadType } from 'rx-ctrader'
import { createFairQueue } from '../../../src/connection/requests/fairQueue'
import type { FlowId, Queued } from '../../../src/connection/requests/fairQueue'

const { PROTO_OA_TRADER_REQ, PROTO_OA_VERSION_REQ } = PayloadType
const TYPES = [PROTO_OA_TRADER_REQ, PROTO_OA_VERSION_REQ] as const

const free = (): boolean => false

/** A queue, and the numbers of what enters it. */
const numbered = () => {
  const queue = createFairQueue<Queued>()
  let number = 0
  return {
    ...queue,
    enter: (flow: string, payloadType: (typeof TYPES)[number] = PROTO_OA_VERSION_REQ): Queued => {
      const message = { payloadType, flow, number: (number += 1) }
      queue.add(message)
      return message
    },
    flows: (turns: number): string =>
      Array.from({ length: turns }, () => queue.next(free)?.flow ?? '-').join(''),
  }
}

describe('the fair queue', () => {
  it('gives flows turns, in the order in which they came', () => {
    const { enter, flows } = numbered()
    for (const flow of 'aaaabbc') enter(flow)
    expect(flows(8)).toBe('abcabaa-')
  })

  it('lets a flow that comes in the middle of a round have its turn in it', () => {
    const { enter, flows } = numbered()
    for (const flow of 'aaabbb') enter(flow)
    expect(flows(1)).toBe('a')
    enter('c')
    expect(flows(6)).toBe('bcabab')
  })

  it('gives no flow a second turn in a round because it was empty meanwhile', () => {
    const { enter, flows } = numbered()
    for (const flow of 'ab') enter(flow)
    expect(flows(1)).toBe('a')
    for (const flow of 'ac') enter(flow)
    expect(flows(3)).toBe('bca')
  })

  it('keeps the order in which the messages of a flow came, also of different types', () => {
    const { enter, next } = numbered()
    const entered = [0, 1, 1, 0, 1].map(type => enter('a', TYPES[type]))
    expect(entered.map(() => next(free))).toEqual(entered)
  })

  it('passes over a blocked type, and over flows that have nothing else, which lose no turn', () => {
    const { enter, next, flows } = numbered()
    for (const flow of 'aab') enter(flow, PROTO_OA_TRADER_REQ)
    for (const flow of 'bbc') enter(flow, PROTO_OA_VERSION_REQ)
    const isBlocked = (payloadType: number): boolean => payloadType === PROTO_OA_TRADER_REQ
    expect([1, 2, 3, 4].map(() => next(isBlocked)?.flow)).toEqual(['b', 'c', 'b', undefined])
    expect(flows(4)).toBe('aba-')
  })

  it('gives the turn back to the flow of a message that did not leave', () => {
    const { enter, flows, giveBack, next } = numbered()
    for (const flow of 'aaabb') enter(flow)
    const first = next(free)
    expect(first?.flow).toBe('a')
    if (first) giveBack(first)
    expect(flows(5)).toBe('abab-')
  })

  it('starves no flow: of n waiting flows, each gets at least k / n of k turns', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('enter' as const), flow: fc.nat(5), type: fc.nat(1), size: fc.nat(6) }),
      fc.record({ kind: fc.constant('withdraw' as const), pick: fc.nat() }),
      fc.record({ kind: fc.constant('turns' as const), size: fc.nat(8) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { enter, next, remove, size } = numbered()
        const waiting: Queued[] = []
        /** By flow: since it has been waiting, the turns and who had them, and who else has waited. */
        const watched = new Map<FlowId, { turns: FlowId[]; rivals: Set<FlowId> }>()
        const look = (): void => {
          const present = new Set(waiting.map(({ flow }) => flow))
          for (const flow of watched.keys()) if (!present.has(flow)) watched.delete(flow)
          for (const flow of present) {
            const { rivals } = watched.get(flow) ?? { rivals: new Set<FlowId>() }
            for (const rival of present) rivals.add(rival)
            if (!watched.has(flow)) watched.set(flow, { turns: [], rivals })
          }
        }
        const takeOut = (message: Queued | undefined): void => {
          if (message) waiting.splice(waiting.indexOf(message), 1)
        }
        for (const act of steps) {
          if (act.kind === 'enter')
            for (let n = 0; n < act.size; n += 1) waiting.push(enter(String(act.flow), TYPES[act.type]))
          if (act.kind === 'withdraw' && waiting.length > 0) {
            const message = waiting[act.pick % waiting.length]
            if (message && remove(message)) takeOut(message)
          }
          look()
          for (let n = 0; act.kind === 'turns' && n < act.size; n += 1) {
            const message = next(free)
            expect(message === undefined).toBe(waiting.length === 0)
            for (const { turns } of watched.values()) if (message) turns.push(message.flow)
            for (const [flow, { rivals, turns }] of watched)
              expect(turns.filter(of => of === flow).length).toBeGreaterThanOrEqual(
                Math.floor(turns.length / rivals.size),
              )
            takeOut(message)
            look()
          }
          expect(size()).toBe(waiting.length)
        }
      }),
      { numRuns: 300 },
    )
  })
})
