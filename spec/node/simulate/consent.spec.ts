import { request } from 'node:http'
import { Subject, firstValueFrom } from 'rxjs'
import { serveSimulator } from 'rx-ctrader/node'
import type { ServeSimulatorOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import type { SimulatorOptions } from 'rx-ctrader/simulator'

const closed$ = new Subject<void>()
afterEach(() => {
  closed$.next()
})

const served = async (
  options: ServeSimulatorOptions = { consent: true },
  simulator: SimulatorOptions = {},
): Promise<string> => {
  const served$ = new Subject<{ readonly url: string }>()
  const url = firstValueFrom(served$)
  const serving = serveSimulator(createSimulator(simulator), { port: 0, ...options }).subscribe(served$)
  closed$.subscribe(() => {
    serving.unsubscribe()
  })
  return (await url).url.replace('ws', 'http')
}

const redirectUri = 'http://localhost:8765/'
const asked = (changes: Readonly<Record<string, string>> = {}): string =>
  `/my/settings/openapi/grantingaccess/?${String(
    new URLSearchParams({
      client_id: 'demo',
      redirect_uri: redirectUri,
      scope: 'trading',
      state: 's',
      ...changes,
    }),
  )}`

const form = (
  fields: readonly (readonly [string, string])[],
  headers: Readonly<Record<string, string>> = {},
) => ({
  method: 'POST',
  redirect: 'manual' as const,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: String(new URLSearchParams(fields.map(([name, value]) => [name, value]))),
})
const allowed = [
  ['account', '12345678'],
  ['decision', 'allow'],
] as const

describe('the consent page', () => {
  it('asks for the accounts, and may not be framed', async () => {
    const answer = await fetch((await served()) + asked({ scope: 'accounts' }))
    const text = await answer.text()
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(text).toMatch(/login 3000001, demo/)
    expect(text).toContain('asks to view:')
  })

  it('names live accounts, and shows the names of brokers and applications as text', async () => {
    const clientId = `<i>"'&`
    const url = await served(undefined, {
      environment: 'live',
      applications: [{ clientId, clientSecret: 'demo' }],
      accounts: [{ accountId: 12345678, isLive: true, traderLogin: 7, brokerTitleShort: '<b>Broker' }],
    })
    const text = await (await fetch(url + asked({ client_id: clientId }))).text()
    expect(text).toContain('&lt;b&gt;Broker, login 7, live')
    expect(text).toContain('<b>&lt;i&gt;&quot;&#39;&amp;</b> asks to view and trade:')
  })

  it('sends the user back with a code, without the state, and the code gives tokens', async () => {
    const url = await served()
    const answer = await fetch(url + asked(), form(allowed))
    expect(answer.status).toBe(303)
    const back = new URL(answer.headers.get('location') ?? '')
    expect([...back.searchParams.keys()]).toEqual(['code'])
    const query = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      client_id: 'demo',
      client_secret: 'demo',
    }
    const tokens = await fetch(`${url}/apps/token?${String(new URLSearchParams(query))}`)
    expect(await tokens.json()).toMatchObject({ accessToken: 'access-1-1', errorCode: null })
  })

  it('sends the user back with an error if access is denied', async () => {
    const answer = await fetch((await served()) + asked(), form([['decision', 'deny']]))
    expect(answer.headers.get('location')).toBe(`${redirectUri}?error=access_denied`)
  })

  it.each([
    ['an unknown application', { client_id: '<b>' }],
    ['a redirect URI elsewhere', { redirect_uri: 'https://elsewhere.example/' }],
    ['an unknown scope', { scope: 'all' }],
  ])('refuses %s, and does not send the user there', async (_, wrong) => {
    const answer = await fetch((await served()) + asked(wrong), form(allowed))
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(await answer.text()).not.toContain('<b>')
  })

  it('wants an account', async () => {
    expect((await fetch((await served()) + asked(), form([['decision', 'allow']]))).status).toBe(400)
  })

  it.each([
    ['of another page', { origin: 'https://evil.example' }, 403],
    ['of itself', {}, 303],
  ])('takes a form %s with %j as %d', async (_, headers, status) => {
    const url = await served()
    expect((await fetch(url + asked(), form(allowed, headers))).status).toBe(status)
    expect((await fetch(url + asked(), form(allowed, { origin: url }))).status).toBe(303)
  })

  it('refuses other methods, large bodies, and other hosts', async () => {
    const url = await served()
    expect((await fetch(url + asked(), { method: 'PUT' })).status).toBe(405)
    expect((await fetch(`${url}/apps/token`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(url + asked(), form([['account', 'x'.repeat(70_000)]]))).status).toBe(413)
    const { port } = new URL(url)
    const status = await new Promise(resolve => {
      request({ port, path: '/apps/token', headers: { host: 'evil.example' } }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      }).end()
    })
    expect(status).toBe(421)
  })

  it('is there only if it is wanted, beside the control endpoint or without it', async () => {
    expect((await fetch((await served({})) + asked())).status).toBe(426)
    expect((await fetch((await served({ control: true })) + asked())).status).toBe(404)
    const url = await served({ control: true, consent: true })
    expect((await fetch(`${url}/status`)).status).toBe(200)
    expect((await fetch(url + asked())).status).toBe(200)
  })
})
