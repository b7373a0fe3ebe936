/** A deal of the master. Volumes have the sign of their side: a sell is negative. */
export interface MasterDeal {
  readonly dealId: number
  readonly positionId: number
  readonly lots: number
}

/** What a copier writes down, in this order. A line must be safe when `append` returns. */
export type CopyEntry =
  | ({ readonly kind: 'deal' } & MasterDeal)
  | { readonly kind: 'ratio'; readonly follower: number; readonly positionId: number; readonly ratio: number }
  /** An order may leave from now on. */
  | { readonly kind: 'claimed'; readonly key: string; readonly follower: number; readonly positionId: number }
  /** It certainly had no effect. */
  | { readonly kind: 'released'; readonly key: string }
  /** Its volume, in cents, and the follower's position. */
  | { readonly kind: 'ended'; readonly key: string; readonly volume: number; readonly position?: number }

/** A file, a table, or an array. */
export interface CopyStore {
  readonly load: () => readonly CopyEntry[]
  readonly append: (entry: CopyEntry) => void
}

interface Claim {
  readonly follower: number
  readonly positionId: number
  isOpen: boolean
}

/** A follower's part of a position of the master. */
interface Share {
  ratio?: number
  /** In cents, with its sign. */
  volume: number
  position?: number
}

/** What the entries say together. */
export const createCopyLog = (store: CopyStore) => {
  /** Whether each deal made the master's position larger. */
  const deals = new Map<number, boolean>()
  const masters = new Map<number, number>()
  const shares = new Map<string, Share>()
  const claims = new Map<string, Claim>()

  const shareOf = (follower: number, positionId: number): Share => {
    const name = `${follower} ${positionId}`
    const share = shares.get(name) ?? { volume: 0 }
    shares.set(name, share)
    return share
  }

  const addDeal = ({ dealId, lots, positionId }: MasterDeal): void => {
    const before = masters.get(positionId) ?? 0
    deals.set(dealId, Math.abs(before + lots) > Math.abs(before))
    masters.set(positionId, before + lots)
  }

  const apply = (entry: CopyEntry): void => {
    switch (entry.kind) {
      case 'deal':
        addDeal(entry)
        break
      case 'ratio':
        shareOf(entry.follower, entry.positionId).ratio = entry.ratio
        break
      case 'claimed':
        claims.set(entry.key, { follower: entry.follower, positionId: entry.positionId, isOpen: true })
        break
      case 'released':
        claims.delete(entry.key)
        break
      case 'ended': {
        const claim = claims.get(entry.key)
        if (claim?.isOpen !== true) break
        claim.isOpen = false
        const share = shareOf(claim.follower, claim.positionId)
        share.volume += entry.volume
        if (entry.position !== undefined) share.position = entry.position
      }
    }
  }
  for (const entry of store.load()) apply(entry)

  return {
    /** Safe first, and known afterwards. */
    write: (entry: CopyEntry): void => {
      store.append(entry)
      apply(entry)
    },
    knowsDeal: (dealId: number): boolean => deals.has(dealId),
    isOpening: (dealId: number): boolean => deals.get(dealId) === true,
    /** The master's position, in lots. */
    masterLots: (positionId: number): number => masters.get(positionId) ?? 0,
    shareOf,
    isClaimed: (key: string): boolean => claims.has(key),
    /** The orders of a follower whose outcome is not known. */
    openClaims: (follower: number): readonly string[] =>
      [...claims].flatMap(([key, claim]) => (claim.isOpen && claim.follower === follower ? [key] : [])),
  }
}

export type CopyLog = ReturnType<typeof createCopyLog>
