import type { Fault, LineReport } from 'rx-ctrader/simulator'

/** The server's owner, over HTTP. */
export interface Control {
  readonly inflict: (fault: Fault) => Promise<void>
  readonly lines: () => Promise<readonly LineReport[]>
}

export const controlOf = (url: string): Control => {
  const http = url.replace(/^ws/, 'http')
  return {
    inflict: async fault => {
      const response = await fetch(`${http}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      })
      if (!response.ok) throw new Error(`${JSON.stringify(fault)}: ${await response.text()}`)
    },
    lines: async () => {
      const response = await fetch(`${http}/status`)
      return ((await response.json()) as { readonly lines: readonly LineReport[] }).lines
    },
  }
}
