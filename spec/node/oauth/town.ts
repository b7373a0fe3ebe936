import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Subject, firstValueFrom, of, throwError } from 'rxjs'
import type { Gateway } from 'rx-ctrader/gateway'
import { encryptedGrants, fileRights, oauthRoutes, serveSimulator } from 'rx-ctrader/node'
import type { ConsentAuditEntry, FileRights, OAuthRoutesOptions } from 'rx-ctrader/node'
import { createSimulator } from 'rx-ctrader/simulator'
import { endAll as endServers, served } from '../gateway/served'

/** Where the redirect URI says that the gateway is. The specs go to its port instead. */
export const PUBLIC = 'http://localhost:8765'

const endings: (() => void)[] = []

export const endAll = (): void => {
  endServers()
  for (const end of endings.splice(0)) end()
}

/** What a page has answered. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly location: string
  readonly headers: Headers
}

/** A browser with cookies, in which a user is logged in. It does not follow redirects by itself. */
export interface Browser {
  readonly get: (path: string) => Promise<Answer>
  readonly post: (
    path: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
  readonly cookies: Map<string, string>
  /** Goes from the start to where the consent page sends it back. */
  readonly consent: (decision?: 'allow' | 'deny') => Promise<string>
}

export interface Town {
  readonly gateway: Gateway
  readonly url: string
  readonly browser: (session?: string) => Browser
  readonly rights: FileRights
  readonly audited: ConsentAuditEntry[]
  /** What was logged, as the arguments of each call. */
  readonly logged: (readonly unknown[])[]
  /** The content of all files of grants. */
  readonly sealed: () => readonly string[]
  /** All that was answered, with the headers. */
  readonly answered: string[]
}

const formBody = (fields: Readonly<Record<string, string | readonly string[]>>): string =>
  String(
    new URLSearchParams(
      Object.entries(fields).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
    ),
  )

/** The path and the query of an address. */
export const pathIn = (address: string): string => address.replace(/^https?:\/\/[^/]+/, '')

/** A gateway with pages for consents, and a simulator that gives them. */
export const town = async (
  options: Partial<OAuthRoutesOptions> = {},
  change: Partial<Gateway> = {},
): Promise<Town> => {
  const folder = mkdtempSync(join(tmpdir(), 'rx-ctrader-'))
  const broker = createSimulator()
  const served$ = new Subject<{ readonly url: string }>()
  const first = firstValueFrom(served$)
  const serving = serveSimulator(broker, { port: 0, consent: true }).subscribe(served$)
  endings.push(() => {
    serving.unsubscribe()
    rmSync(folder, { recursive: true })
  })
  const simulator = (await first).url.replace('ws', 'http')
  const audited: ConsentAuditEntry[] = []
  const answered: string[] = []
  const logged: (readonly unknown[])[] = []
  const grants = encryptedGrants(join(folder, 'grants'), [{ id: 'one', key: Buffer.alloc(32, 7) }])
  const rights = fileRights(join(folder, 'rights.json'))
  const oauth = oauthRoutes({
    application: { clientId: 'demo', clientSecret: 'demo' },
    redirectUri: `${PUBLIC}/oauth/callback`,
    grants,
    rights,
    audit: entry => {
      audited.push(entry)
    },
    log: (...entry) => {
      logged.push(entry)
    },
    authUrl: `${simulator}/my/settings/openapi/grantingaccess/`,
    tokenUrl: `${simulator}/apps/token`,
    returnTo: 'https://app.example.com/',
    ...options,
  })
  const { gateway, page, url } = await served(
    { oauth, cookie: 'sid' },
    {
      lines: [{ name: 'demo', environment: 'demo', connect: broker.connect }],
      grants,
      entitle: rights.entitle,
      authenticate: ({ cookie, token }) => {
        const known = /^session-of-(\w+)$/.exec(cookie ?? token ?? '')
        return known?.[1] === undefined ? throwError(() => new Error('SECRET')) : of({ userId: known[1] })
      },
    },
    change,
  )

  const browser = (session?: string): Browser => {
    const cookies = new Map(session === undefined ? [] : [['sid', session]])
    const ask = async (address: string, request: RequestInit = {}): Promise<Answer> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(address, {
        ...request,
        redirect: 'manual',
        headers: { ...(cookie !== '' && { cookie }), ...(request.headers as Record<string, string>) },
      })
      for (const set of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await answer.text()
      const { headers, status } = answer
      answered.push(text, JSON.stringify([...headers]))
      return { status, text, headers, location: headers.get('location') ?? '' }
    }
    const post: Browser['post'] = (path, fields, headers = { origin: PUBLIC }) =>
      ask(page(path), {
        method: 'POST',
        body: formBody(fields),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    return {
      cookies,
      get: path => ask(page(path)),
      post,
      consent: async (decision = 'allow') => {
        const { location } = await ask(page('/oauth/start'))
        const allowed = await fetch(location, {
          method: 'POST',
          redirect: 'manual',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: formBody({ account: '12345678', decision }),
        })
        return pathIn(allowed.headers.get('location') ?? '')
      },
    }
  }
  const sealed = (): readonly string[] => {
    const grantFiles = join(folder, 'grants')
    if (!existsSync(grantFiles)) return []
    const names = readdirSync(grantFiles).filter(name => name.endsWith('.grant'))
    return names.map(name => readFileSync(join(grantFiles, name), 'utf8'))
  }
  return { gateway, url, browser, rights, audited, logged, sealed, answered }
}

/** What the form of the confirmation has hidden. */
export const formIn = (text: string): string => /name="form" value="([^"]+)"/.exec(text)?.[1] ?? ''

/** Goes all the way, and gives the last page. */
export const giveAccess = async ({ consent, get, post }: Browser): Promise<Answer> => {
  await get(await consent())
  const { text } = await get('/oauth/accounts')
  return post('/oauth/accounts', { form: formIn(text), account: 'demo 12345678', decision: 'allow' })
}
