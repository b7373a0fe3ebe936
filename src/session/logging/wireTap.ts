import type { Wire } from '../../connection/wire'

// Not a field of the client: what goes over the wire has secrets in it, and is not for everybody who has a client.
const wires = new WeakMap<object, Wire>()

export const exposeWire = (client: object, wire: Wire): void => {
  wires.set(client, wire)
}

/** The wire of a client, for the recording of it. */
export const wireOf = (client: object): Wire | undefined => wires.get(client)
