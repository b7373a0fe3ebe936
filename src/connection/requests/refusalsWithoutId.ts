import { monotonicNow } from '../../clock'
import { PayloadType } from '../../protocol/payloadType'
import { isCommand } from '../../protocol/table'
import type { Pending } from './pending'
import type { Refusal } from './refusal'

/** A request, and the refusal that is its answer. */
export interface Attributed {
  readonly id: string
  readonly asked: Pending
  readonly refusal: Refusal
}

/** Finds out which request a refusal without a `clientMsgId` answers. */
export interface RefusalsWithoutId {
  /** A request was sent. */
  readonly sent: (id: string, asked: Pending) => void
  /** A request has its answer. Returns what is certain because of that. */
  readonly answered: (id: string) => readonly Attributed[]
  /** The sender of a request has left. The server may still answer it. */
  readonly abandoned: (id: string) => void
  /** A refusal has come, maybe with an account. Returns what is certain. */
  readonly add: (refusal: Refusal, accountId: number | undefined) => readonly Attributed[]
  /** The latest refusal that may have been the answer to this request. */
  readonly mayBeOf: (id: string) => Refusal | undefined
  /** Whether a refusal could have been the answer to several requests. */
  readonly isAmbiguous: () => boolean
  /** After how many ms no abandoned request of this type can still be answered, except those of this account. */
  readonly clearIn: (asked: Pending) => number
  /** Forgets everything, because the line is gone. */
  readonly clear: () => void
}

/** A refusal, and the ids of all requests that it may answer. */
interface Kept {
  readonly refusal: Refusal
  readonly mayAnswer: Set<string>
}

/**
 * Requests that make a line usable. For any other request, a wrong guess does more harm than a timeout. So those
 * are refused without an id only if they are the only open request.
 */
const isHandshake = ({ payloadType }: Pending): boolean =>
  payloadType === PayloadType.PROTO_OA_APPLICATION_AUTH_REQ ||
  payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ ||
  payloadType === PayloadType.PROTO_OA_REFRESH_TOKEN_REQ

const isSame = (a: Pending, b: Pending): boolean =>
  a.payloadType === b.payloadType && a.accountId === b.accountId

/** A server may send any number of refusals. */
const MOST_KEPT = 100

/**
 * Assigns refusals to requests without guessing, because the refusal of one account may be final.
 *
 * - A refusal belongs to the one open request.
 * - If several are open, it is kept until the others are answered, or until there are as many equal refusals as
 *   requests.
 * - A request whose sender has left counts as open for `patience` ms more.
 */
export const createRefusalsWithoutId = (patience: number): RefusalsWithoutId => {
  const awaited = new Map<string, Pending>()
  /** Abandoned requests, sorted by when they stop counting. */
  const gone = new Map<string, { readonly asked: Pending; readonly until: number }>()
  let kept: readonly Kept[] = []
  let isAmbiguous = false

  const isAwaitedHandshake = (id: string): boolean => {
    const asked = awaited.get(id)
    return asked !== undefined && isHandshake(asked)
  }

  /** The answer to this request will never be known. So refusals that it could explain stay open too. */
  const giveUp = (id: string): void => {
    gone.delete(id)
    kept = kept.filter(({ mayAnswer }) => !mayAnswer.has(id))
  }
  const prune = (): void => {
    const now = monotonicNow()
    for (const [id, { until }] of gone) {
      if (until > now) return
      giveUp(id)
    }
  }

  const remove = (id: string): void => {
    awaited.delete(id)
    gone.delete(id)
    for (const { mayAnswer } of kept) mayAnswer.delete(id)
  }
  const attribute = (id: string, refusal: Refusal): readonly Attributed[] => {
    const asked = awaited.get(id)
    remove(id)
    return asked ? [{ id, asked, refusal }] : []
  }

  const leftAlone = (): readonly Attributed[] => {
    kept = kept.filter(({ mayAnswer }) => [...mayAnswer].some(isAwaitedHandshake))
    const found = kept.find(({ mayAnswer }) => mayAnswer.size === 1)
    const [id] = found?.mayAnswer ?? []
    return found && id !== undefined ? [...attribute(id, found.refusal), ...leftAlone()] : []
  }

  const allTheSame = (): readonly Attributed[] => {
    const ids = [...new Set(kept.flatMap(({ mayAnswer }) => [...mayAnswer]))]
    const refusals = kept.map(({ refusal }) => refusal)
    const [first] = refusals
    if (!first || refusals.length < ids.length || !ids.every(isAwaitedHandshake)) return []
    if (refusals.some(({ errorCode }) => errorCode !== first.errorCode)) return []
    kept = []
    return ids.flatMap((id, index) => attribute(id, refusals[index] ?? first))
  }

  const certain = (): readonly Attributed[] => [...leftAlone(), ...allTheSame()]

  /** The open requests, of one account if it is named. */
  const underWay = (accountId: number | undefined): readonly string[] =>
    [...awaited, ...[...gone].map(([id, { asked }]) => [id, asked] as const)].flatMap(([id, asked]) =>
      accountId === undefined || accountId === asked.accountId ? [id] : [],
    )

  return {
    sent: (id, asked) => {
      awaited.set(id, asked)
      // A new equal request also takes the answer to the first one.
      if (isHandshake(asked)) for (const [other, one] of gone) if (isSame(one.asked, asked)) giveUp(other)
    },
    answered: id => {
      remove(id)
      return kept.length === 0 ? [] : certain()
    },
    abandoned: id => {
      const asked = awaited.get(id)
      if (!asked) return
      awaited.delete(id)
      prune()
      gone.set(id, { asked, until: monotonicNow() + patience })
    },
    add: (refusal, accountId) => {
      prune()
      const ids = underWay(accountId === 0 ? undefined : accountId)
      const [id] = ids
      if (ids.length === 1 && id !== undefined) {
        const only = awaited.get(id)
        return only && !isCommand(only.payloadType) ? attribute(id, refusal) : []
      }
      if (!ids.some(isAwaitedHandshake)) return []
      isAmbiguous = true
      kept = [...kept, { refusal, mayAnswer: new Set(ids) }].slice(-MOST_KEPT)
      return certain()
    },
    mayBeOf: id => kept.filter(({ mayAnswer }) => mayAnswer.has(id)).at(-1)?.refusal,
    isAmbiguous: () => isAmbiguous,
    clearIn: asked =>
      [...gone.values()].reduce(
        (longest, { asked: other, until }) =>
          other.payloadType === asked.payloadType && !isSame(other, asked)
            ? Math.max(longest, until - monotonicNow())
            : longest,
        0,
      ),
    clear: () => {
      awaited.clear()
      gone.clear()
      kept = []
    },
  }
}
