/** A process that writes to a file that others may write to as well: `writer.ts journal|tokens PATH NAME`. */
import { createInterface } from 'node:readline'
import { firstValueFrom, from } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { JournalEntry } from 'rx-ctrader'
import { fileJournal } from '../../../src/node/journal/journal'
import { fileTokens } from '../../../src/node/tokens'

const [what, path = '', name = ''] = process.argv.slice(2)

const saveTokens = (): void => {
  const save = fileTokens(path)
  let saved = 0
  for (let i = 0; i < 60; i += 1) {
    save({ accessToken: `${name}${i} ${'x'.repeat(i * 50)}`, refreshToken: `${name}${i}`, expiresAt: 1 })
    saved += 1
  }
  console.log(`saved ${saved}`)
}

const entry = (id: string): JournalEntry => ({
  state: 'intended',
  id,
  accountId: 1,
  payloadType: PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
  payload: { ctidTraderAccountId: 1, orderId: 1 },
  at: 1,
})

/** Appends an entry for each line that it is told, or loads what there is. */
const journalOrders = async (): Promise<void> => {
  const journal = fileJournal(path)
  console.log('ready')
  for await (const line of createInterface(process.stdin)) {
    try {
      if (line === 'load') console.log((await firstValueFrom(from(journal.load()))).length)
      else {
        journal.append(entry(line))
        console.log('appended')
      }
    } catch (error) {
      console.log((error as Error).message)
    }
  }
}

if (what === 'tokens') saveTokens()
else void journalOrders()
