import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { EMPTY, of } from 'rxjs'
import { createGateway } from 'rx-ctrader/gateway'
import { serveGateway } from 'rx-ctrader/node'
import type { OAuthRoutes } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { Simulator } from 'rx-ctrader/simulator'
import { createDemoSessions } from '../../src/cli/gateway/demo/demoSessions'
import { demoSimulator } from '../../src/cli/gateway/demo/demoTown'
import { readBody } from '../../src/node/http/readBody'
import { until } from './until'

/** What no page may have. */
export const secrets = ['S3CRET-of-the-application', 'T0KEN-of-the-grant', 'T0KEN-to-renew'] as const
const [clientSecret, accessToken, refreshToken] = secrets

export const COOKIE = 'session'

export const unusedPort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

/** A file of a page, with its type. */
export interface PageFile {
  readonly body: string
  readonly type: string
}

export interface GatewaySite {
  readonly url: string
  readonly broker: Simulator
  readonly close: () => void
}

/** Pages, a login and a gateway at one host, as behind a proxy. More origins are those of other servers of pages. */
export const serveGatewaySite = async (
  read: (path: string) => PageFile | Promise<PageFile>,
  origins: readonly string[] = [],
): Promise<GatewaySite> => {
  const port = await unusedPort()
  const url = `http://127.0.0.1:${port}`
  const sessions = createDemoSessions()
  const [grant] = demoSimulator.grants ?? []
  const broker = createSimulator({
    ...demoSimulator,
    seed: 42,
    applications: [{ clientId: 'terminal', clientSecret }],
    grants: grant ? [{ ...grant, accessToken, refreshToken }] : [],
  })
  const gateway = createGateway({
    application: { clientId: 'terminal', clientSecret },
    origins: [url, ...origins],
    lines: [{ name: 'demo', environment: 'demo', connect: broker.connect }],
    grants: { load: () => of({ tokens: { accessToken, refreshToken }, version: '1' }), save: () => EMPTY },
    authenticate: sessions.authenticate,
    entitle: sessions.entitle,
  })
  const oauth: OAuthRoutes = {
    answer: (_, request, { cookie }) => {
      const { pathname } = new URL(request.url ?? '/', url)
      const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}) => ({
        status,
        headers,
        body,
      })
      const act = async () => {
        if (pathname === '/login' && request.method === 'POST') {
          const form = new URLSearchParams((await readBody(request, 1_000)) ?? '')
          const id = sessions.begin(form.get('user') ?? '', form.get('password') ?? '')
          if (id === undefined) return answer(401)
          return answer(200, 'in', { 'set-cookie': `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax` })
        }
        if (pathname === '/logout') {
          sessions.end(cookie)
          return answer(200, 'out')
        }
        const { body, type } = await read(pathname)
        return answer(200, body, { 'content-type': type })
      }
      return act()
    },
  }
  const serving = serveGateway(gateway, { port, cookie: COOKIE, oauth }).subscribe()
  await until('the gateway', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return {
    url,
    broker,
    close: () => {
      serving.unsubscribe()
      gateway.close().subscribe()
    },
  }
}
