import type { Wire } from '../../connection/wire'

// Not a field of the client: raw frames have secrets in them, and not every holder of a client may see them.
const wires = new WeakMap<object, Wire>()

export const exposeWire = (client: object, wire: Wire): void => {
  wires.set(client, wire)
}

/** The wire of a client, to record it. */
export const getWire = (client: object): Wire | undefined => wires.get(client)
