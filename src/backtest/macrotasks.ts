/** Calls back in a later turn of the event loop, after everything that waits for a promise. */
export interface Macrotasks {
  readonly next: (callback: () => void) => void
  readonly close: () => void
}

type Later = (callback: () => void) => unknown

/** Through a channel: timers of browsers wait for some milliseconds. */
const throughChannel = (callback: () => void): { readonly next: () => void; readonly close: () => void } => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = callback
  return {
    next: () => {
      port2.postMessage(undefined)
    },
    close: () => {
      port1.close()
    },
  }
}

/** In Node, where a channel is read a thousand times before timers and sockets have their turn. */
const throughImmediate = (setImmediate: Later, callback: () => void) => ({
  next: () => {
    setImmediate(callback)
  },
  close: () => undefined,
})

export const createMacrotasks = ({
  setImmediate,
}: { readonly setImmediate?: Later } = globalThis): Macrotasks => {
  let waiting: (() => void) | undefined
  const call = (): void => {
    waiting?.()
  }
  const turns = setImmediate ? throughImmediate(setImmediate, call) : throughChannel(call)
  return {
    next: callback => {
      waiting = callback
      turns.next()
    },
    close: () => {
      waiting = undefined
      turns.close()
    },
  }
}
