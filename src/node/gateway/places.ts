/** The places that each network address has. */
export interface Places {
  /** Takes a place, and returns what gives it back; `undefined` if there is none. */
  readonly take: (address: string | undefined) => (() => void) | undefined
}

export const createPlaces = (perAddress: number): Places => {
  const taken = new Map<string, number>()
  return {
    take: (address = '') => {
      const count = taken.get(address) ?? 0
      if (count >= perAddress) return undefined
      taken.set(address, count + 1)
      return () => {
        const left = (taken.get(address) ?? 0) - 1
        if (left > 0) taken.set(address, left)
        else taken.delete(address)
      }
    },
  }
}
