import { Subject, Subscription } from 'rxjs'
import { PayloadType } from '../../../protocol/payloadType'
import type { Message } from '../../../protocol/table'
import { omitUndefined } from '../../../util/omitUndefined'
import type { AccountPacket, PriceKey, Refusal } from '../../bus/messages'
import type { Entitlement } from '../../model/session'
import type { BookListener } from '../prices/bookFeed'
import type { ClientIds } from '../wire/clientIds'
import type { EdgeAccount } from './edgeAccount'
import type { Outbox } from '../wire/outbox'
import type { SpotListener } from '../prices/spotFeed'

/** An account on the line of a peer, from its 2102 on. */
export interface PeerAccount {
  readonly account: EdgeAccount
  /** What the user may do with it, at this moment. */
  entitlement: Entitlement
  /** The stamp of its 2103; `undefined` before it. */
  stamp: number | undefined
  /** Until its 2102 has ended. Emits how it ends: with a refusal, or without one. */
  opening$: Subject<Refusal | undefined> | undefined
  readonly spots: Map<number, SpotListener>
  readonly books: Map<number, BookListener>
  /** What the peer has subscribed to. It is given back when the account leaves the line. */
  readonly held: Map<string, PriceKey>
  /** The ids at cTrader of its commands without an outcome. */
  readonly commands: Set<string>
  /** Emits and completes when the account leaves the line. */
  readonly left$: Subject<void>
  /** Takes it from the line, with its commands that have not left yet. Tells the peer if `says`. */
  readonly leave: (says: boolean) => void
}

/** Its commands that have not left yet do not leave any more. */
export const withdrawCommands = ({ account, commands }: PeerAccount): void => {
  for (const id of commands) account.tell({ kind: 'withdraw', id })
}

export interface PeerAccountOptions {
  readonly account: EdgeAccount
  readonly entitlement: Entitlement
  readonly outbox: Outbox
  readonly ids: ClientIds
  readonly unreported: Map<string, ClientIds>
  readonly onLeft: () => void
  /** The peer is told that it may have missed something. */
  readonly onLost: () => void
}

/** An event as this peer gets it. Only the sender of a command gets the id of it. */
const toPeer = (
  { payloadType, clientMsgId, payload }: Extract<AccountPacket, { readonly kind: 'event' }>,
  { fromServer, readPayload }: ClientIds,
): Message =>
  ({
    payloadType,
    ...omitUndefined({ clientMsgId: fromServer(clientMsgId) }),
    payload: readPayload(payload),
  }) as Message

export const createPeerAccount = ({
  account,
  entitlement,
  outbox,
  ids,
  unreported,
  onLeft,
  onLost,
}: PeerAccountOptions): PeerAccount => {
  const { accountId } = entitlement
  const life = new Subscription()
  const peerAccount: PeerAccount = {
    account,
    entitlement,
    stamp: undefined,
    spots: new Map(),
    books: new Map(),
    held: new Map(),
    commands: new Set(),
    opening$: new Subject(),
    left$: new Subject(),
    leave: says => {
      if (life.closed) return
      life.unsubscribe()
      // No one would follow the rights to them any more.
      withdrawCommands(peerAccount)
      const wasAuthenticated = peerAccount.stamp !== undefined
      peerAccount.stamp = undefined
      for (const [symbolId, listener] of peerAccount.spots) account.feeds.spots(symbolId).remove(listener)
      for (const [symbolId, listener] of peerAccount.books) account.feeds.book(symbolId).remove(listener)
      for (const key of peerAccount.held.values()) account.feeds.release(key)
      outbox.drop(accountId)
      onLeft()
      if (says && wasAuthenticated)
        outbox.write({
          payloadType: PayloadType.PROTO_OA_ACCOUNT_DISCONNECT_EVENT,
          payload: { ctidTraderAccountId: accountId },
        })
      peerAccount.left$.next()
      peerAccount.left$.complete()
    },
  }
  life.add(
    account.attach({
      event: event => {
        if (peerAccount.stamp === undefined) return
        const { clientMsgId = '' } = event
        // Other lines get the reports of this command, too.
        if (unreported.get(clientMsgId) === ids) unreported.delete(clientMsgId)
        outbox.write(toPeer(event, ids))
      },
      lost: () => {
        // Before its 2103, the peer has missed nothing.
        if (peerAccount.stamp === undefined) return
        onLost()
        peerAccount.leave(true)
      },
    }),
  )
  return peerAccount
}
