/** The places that each network address has. */
export interface Places {
  /** Takes a place, and returns what gives one of this address back; `undefined` if there is none. */
  readonly take: (address: string | undefined) => (() => void) | undefined
}

interface Address {
  taken: number
  /** One for all connections of the address, because each browser costs memory. */
  readonly leave: () => void
}

export const createPlaces = (perAddress: number): Places => {
  const addresses = new Map<string, Address>()
  const createAddress = (name: string): Address => {
    const address: Address = {
      taken: 0,
      leave: () => {
        address.taken -= 1
        if (address.taken === 0) addresses.delete(name)
      },
    }
    addresses.set(name, address)
    return address
  }
  return {
    take: (name = '') => {
      const address = addresses.get(name) ?? createAddress(name)
      if (address.taken >= perAddress) return undefined
      address.taken += 1
      return address.leave
    },
  }
}
