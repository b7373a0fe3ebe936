import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Message, MessageType } from 'rx-ctrader'
import type { Marbles } from 'rx-ctrader/testing'

/** What a spec reads at each time of a diagram. */
export const readAt = <T>({ cold }: Pick<Marbles, 'cold'>, diagram: string, read: () => T): Observable<T> =>
  cold(diagram).pipe(map(read))

/** Acts at each letter of a diagram: what neither `frames`, `quotes` nor `faults` draw. */
export const actAt = (
  { cold }: Pick<Marbles, 'cold'>,
  diagram: string,
  acts: Readonly<Record<string, () => void>>,
): void => {
  cold(diagram, acts).subscribe(act => {
    act()
  })
}

/** The symbols that the server has subscribed, on the one line there is. */
export const subscribedOn = ({
  broker,
}: Pick<Marbles, 'broker'>): { readonly spots: readonly number[]; readonly depth: readonly number[] } => {
  const lines = broker.lines()
  expect(lines).toHaveLength(1)
  const { spots = [], depth = [] } = lines[0]?.subscriptions[0] ?? {}
  return { spots, depth }
}

/** What has these fields, perhaps among others: for the value of a letter, or for an error. */
export const containing = (fields: object): unknown => expect.objectContaining(fields)

/** A message of this payload type, with any payload. */
export const sent = (payloadType: MessageType): Message => containing({ payloadType }) as Message
