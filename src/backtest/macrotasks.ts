/** Calls back in a later turn of the event loop, after everything that waits for a promise. */
export interface Macrotasks {
  readonly next: (callback: () => void) => void
  readonly close: () => void
}

/** Through a channel: timers wait for a millisecond and more. */
export const createMacrotasks = (): Macrotasks => {
  const { port1, port2 } = new MessageChannel()
  let waiting: (() => void) | undefined
  port1.onmessage = () => {
    waiting?.()
  }
  return {
    next: callback => {
      waiting = callback
      port2.postMessage(undefined)
    },
    close: () => {
      waiting = undefined
      port1.close()
    },
  }
}
