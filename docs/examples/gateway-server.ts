/** A gateway behind a port, with the tokens of its users in sealed files, and a client over a real WebSocket. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastValueFrom, map, of, switchMap, takeWhile, tap } from 'rxjs'
import { createClient, webSocketConnect } from 'rx-ctrader'
import { createGateway } from 'rx-ctrader/gateway'
import { encryptedGrants, fileRights, oauthRoutes, serveGateway } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'

const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
const key = randomBytes(32)

// #region grants
const grants = encryptedGrants(join(folder, 'grants'), [{ id: '2026-11', key }])
// #endregion

// #region oauth
const rights = fileRights(join(folder, 'rights.json'))

const oauth = oauthRoutes({
  application: { clientId: 'demo', clientSecret: 'demo' },
  redirectUri: 'https://app.example.com/oauth/callback',
  grants,
  rights,
  returnTo: 'https://app.example.com/',
})
// #endregion

const gateway = createGateway({
  application: { clientId: 'demo', clientSecret: 'demo' },
  origins: ['https://app.example.com'],
  lines: [{ name: 'demo', environment: 'demo', connect: createSimulator({ seed: 42 }).connect }],
  grants,
  authenticate: ({ token }) => {
    if (token !== 'ticket-of-ann') throw new Error('the ticket is not valid')
    return of({ userId: 'ann' })
  },
  entitle: rights.entitle,
})

const main = async (): Promise<void> => {
  const tokens = {
    accessToken: 'demo',
    refreshToken: 'demo-refresh',
    expiresAt: Date.now() + 30 * 86_400_000,
  }
  await lastValueFrom(grants.save('one', tokens, ''), { defaultValue: undefined })
  const accounts = [{ accountId: 12345678, environment: 'demo', scope: 'trade' }] as const
  await lastValueFrom(rights.add('ann', { grantId: 'one', ctidUserId: 1, accounts }), {
    defaultValue: undefined,
  })

  const stateAt = (url: string) =>
    createClient({
      connect: webSocketConnect(url),
      clientId: 'terminal',
      clientSecret: () => of('ticket-of-ann'),
    }).account({ accountId: 12345678, accessToken: 'not looked at' }).authenticated$

  // #region serve
  const served$ = serveGateway(gateway, { port: 0, path: '/ctrader', oauth }).pipe(
    tap(({ url }) => console.log('a gateway at', new URL(url).pathname)),
  )
  // #endregion
  const state$ = served$.pipe(
    switchMap(({ url }) => stateAt(url)),
    map(({ status }) => status),
    takeWhile(status => status !== 'authenticated', true),
  )
  console.log('account:', await lastValueFrom(state$, { defaultValue: undefined }))
  gateway.close().subscribe()
  rmSync(folder, { recursive: true })
}

void main()
