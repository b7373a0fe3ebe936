import { NEVER, firstValueFrom, from, of, throwError } from 'rxjs'
import { memoryJournal, PayloadType } from 'rx-ctrader'
import type { OrderIntent, JournalEntry, OrderOutcome } from 'rx-ctrader'
import { accountJournal, openIntents, writeEntry } from '../../../src/orders/model/journal'

const { PROTO_OA_CANCEL_ORDER_REQ } = PayloadType

const intent = (id: string): OrderIntent => ({
  state: 'intended',
  id,
  accountId: 1,
  payloadType: PROTO_OA_CANCEL_ORDER_REQ,
  payload: { ctidTraderAccountId: 1, orderId: 1 },
  at: 0,
})
const settled = (id: string): OrderOutcome => ({ state: 'settled', id, accountId: 1, outcome: 'filled' })

const loaded = (journal: ReturnType<typeof memoryJournal>): Promise<readonly JournalEntry[]> =>
  firstValueFrom(from(journal.load()))

describe('openIntents', () => {
  it('gives what was intended and not settled, oldest first, each once', () => {
    const entries = [intent('1'), intent('2'), settled('1'), intent('3'), intent('2')]
    expect(openIntents(entries)).toEqual([intent('2'), intent('3')])
  })
})

describe('a journal in memory', () => {
  it('keeps what is open, and forgets what is settled', async () => {
    const journal = memoryJournal()
    for (const entry of [intent('1'), intent('2'), settled('1')]) journal.append(entry)
    expect(await loaded(journal)).toEqual([intent('2')])
  })

  it('is one for each account', () => {
    const [one, other] = [{}, {}]
    expect(accountJournal(one)).toBe(accountJournal(one))
    expect(accountJournal(one)).not.toBe(accountJournal(other))
  })
})

describe('writing', () => {
  const outcome = (result: unknown): string[] => {
    const seen: string[] = []
    writeEntry({ append: () => result, load: () => [] }, settled('1')).subscribe({
      next: () => seen.push('next'),
      error: () => seen.push('error'),
      complete: () => seen.push('complete'),
    })
    return seen
  }

  it('is over at once where nothing is to be waited for', () => {
    expect(['x', undefined, null, 0, {}].map(outcome)).toEqual(Array(5).fill(['complete']))
  })

  it('waits for what the journal gives back', async () => {
    expect(outcome(of(1, 2))).toEqual(['complete'])
    expect(outcome(NEVER)).toEqual([])
    expect(outcome(throwError(() => new Error('full')))).toEqual(['error'])
    const seen = outcome(Promise.reject(new Error('full')))
    expect(seen).toEqual([])
    await Promise.resolve()
    await Promise.resolve()
    expect(seen).toEqual(['error'])
  })
})
