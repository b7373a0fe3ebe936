import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EMPTY, Subject, firstValueFrom, of, throwError } from 'rxjs'
import type { Gateway } from 'rx-ctrader/gateway'
import type { Rights } from 'rx-ctrader/node'
import { ACCOUNT } from '../../support/account'
import { logIn, openAccount, openSocket, visit } from '../gateway/served'
import { PUBLIC, endAll, formIn, giveAccess, town } from './town'
import type { Town } from './town'

afterEach(endAll)

const grantsOf = ({ rights }: Town, userId: string) => firstValueFrom(rights.grants(userId))
const TOKENS = /access-\d|refresh-\d|code-\d/

describe('the consent pages of a gateway', () => {
  it('give a user the account that was confirmed, at once, and no page has a token', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    const line = await visit(place.url)
    line.send(logIn('session-of-ann'))
    await line.got(/2101/)

    const back = await ann.consent()
    expect(back).toMatch(/^\/oauth\/callback\?code=/)
    const arrived = await ann.get(back)
    expect([arrived.status, arrived.location]).toEqual([303, '/oauth/accounts'])
    expect(await grantsOf(place, 'ann')).toEqual([])

    const { text, headers } = await ann.get('/oauth/accounts')
    expect(text).toContain('You are logged in as ann.')
    expect(text).toMatch(/login\s+3000001, demo/)
    expect(headers.get('x-frame-options')).toBe('DENY')
    const confirmed = await ann.post('/oauth/accounts', {
      form: formIn(text),
      account: 'demo 12345678',
      decision: 'allow',
    })
    expect(confirmed.status).toBe(200)
    expect(confirmed.text).toContain('href="https://app.example.com/"')

    line.send(openAccount(ACCOUNT))
    await line.got(/2103/)
    const [grant] = await grantsOf(place, 'ann')
    expect(grant?.accounts).toEqual([
      { accountId: ACCOUNT, environment: 'demo', scope: 'trade', traderLogin: 3000001 },
    ])
    expect(place.sealed()).toHaveLength(1)
    expect([...place.answered, ...place.sealed()].join()).not.toMatch(TOKENS)
    expect(place.audited).toMatchObject([
      { action: 'granted', userId: 'ann', address: '127.0.0.1', accountIds: [ACCOUNT] },
    ])
  })

  it('ask for viewing only, and give no right to trade then', async () => {
    const place = await town({ scope: 'accounts' })
    await giveAccess(place.browser('session-of-ann'))
    expect((await grantsOf(place, 'ann'))[0]?.accounts).toMatchObject([{ scope: 'view' }])
  })

  it('replace an earlier grant of the same person, and remove its tokens', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    await giveAccess(ann)
    const [first] = await grantsOf(place, 'ann')
    await firstValueFrom(
      place.rights.add('ann', { grantId: 'another person', ctidUserId: 99, accounts: [] }),
      { defaultValue: undefined },
    )
    await giveAccess(ann)
    const ids = (await grantsOf(place, 'ann')).map(({ grantId }) => grantId)
    expect(ids).toHaveLength(2)
    expect(ids).toContain('another person')
    expect(ids).not.toContain(first?.grantId)
    expect(place.sealed()).toHaveLength(1)
  })

  it('show the grants of a user, and take one away at once, with its tokens', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    expect((await ann.get('/oauth/accounts')).text).toContain('Give access to accounts')
    await giveAccess(ann)
    const line = await visit(place.url)
    line.send(logIn('session-of-ann'), openAccount(ACCOUNT))
    await line.got(/2103/)

    const { text } = await ann.get('/oauth/accounts')
    const grantId = /name="grantId" value="([^"]+)"/.exec(text)?.[1] ?? ''
    expect((await ann.post('/oauth/revoke', { grantId })).status).toBe(200)
    await line.got(/2164/)
    expect([await grantsOf(place, 'ann'), place.sealed()]).toEqual([[], []])
    expect(place.audited.at(-1)).toMatchObject({ action: 'revoked', userId: 'ann', accountIds: [ACCOUNT] })
    expect((await ann.post('/oauth/revoke', { grantId })).status).toBe(404)
  })

  it('keep nothing of a grant that the user does not want', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    await ann.get(await ann.consent())
    const { text } = await ann.get('/oauth/accounts')
    expect(place.sealed()).toEqual([])
    const form = formIn(text)
    expect((await ann.post('/oauth/accounts', { form, decision: 'deny' })).text).toContain('not used')
    expect([place.sealed(), await grantsOf(place, 'ann')]).toEqual([[], []])
    expect(place.audited).toMatchObject([{ action: 'declined' }])
    expect(ann.cookies.has('ctrader-consent')).toBe(false)
  })

  it('keep nothing of a grant that is not confirmed before the next one is begun', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    await ann.get(await ann.consent())
    await ann.get('/oauth/start')
    expect(place.sealed()).toEqual([])
  })

  it('use cookies for https alone, where the gateway is reached by https', async () => {
    const place = await town({ redirectUri: 'https://app.example.com/api/oauth/callback' })
    const { headers, location } = await place.browser('session-of-ann').get('/api/oauth/start')
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-ctrader-consent=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
    )
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(
      'https://app.example.com/api/oauth/callback',
    )
  })
})

describe('a code', () => {
  it('is not used in a browser that did not ask for it', async () => {
    const place = await town()
    const stranger = await place.browser('session-of-eve').consent()
    for (const browser of [place.browser('session-of-ann'), place.browser('session-of-eve')])
      expect((await browser.get(stranger)).status).toBe(403)
    // Ann has begun a consent of her own.
    const ann = place.browser('session-of-ann')
    await ann.get('/oauth/start')
    const eve = place.browser('session-of-eve')
    eve.cookies.set('ctrader-consent', ann.cookies.get('ctrader-consent') ?? '')
    expect((await eve.get(stranger)).status).toBe(403)
    expect(place.sealed()).toEqual([])
  })

  it('is not used with the state of another consent', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    expect((await ann.get(`${await ann.consent()}&state=other`)).status).toBe(403)
    expect(place.sealed()).toEqual([])
  })

  it('is used with its own state, where that comes back', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    const { location } = await ann.get('/oauth/start')
    const state = new URL(location).searchParams.get('state') ?? ''
    expect((await ann.get(`/oauth/callback?code=SECRET&state=${state}`)).status).toBe(400)
  })

  it('counts once: replayed, it opens nothing, and does no harm', async () => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    const back = await ann.consent()
    const [first, second] = await Promise.all([ann.get(back), ann.get(back)])
    expect([first.status, second.status].sort()).toEqual([303, 403])
    expect((await ann.get(back)).status).toBe(403)
    expect(place.sealed()).toEqual([])
    expect((await ann.get('/oauth/accounts')).text).toContain('Use these accounts?')
  })

  it.each([
    ['that cTrader refuses', '/oauth/callback?code=SECRET', 400, 'cTrader refused the code'],
    ['that is not there', '/oauth/callback', 400, 'There is no code'],
    ['that was declined', '/oauth/callback?error=access_denied', 400, 'declined'],
  ])('%s ends the consent', async (_, path, status, text) => {
    const place = await town()
    const ann = place.browser('session-of-ann')
    await ann.get('/oauth/start')
    const answer = await ann.get(path)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
    expect((await ann.get(path)).status).toBe(403)
    expect(place.answered.join()).not.toContain('SECRET')
  })

  it.each([
    ['cannot be reached', 'http://127.0.0.1:9/'],
    ['gives no JSON', ''],
  ])('ends the consent when the token endpoint %s', async (_, address) => {
    const endpoint = createServer((__, response) => {
      response.writeHead(502).end('SECRET')
    }).listen(0, '127.0.0.1')
    const { port } = await new Promise<AddressInfo>(resolve => {
      endpoint.on('listening', () => {
        resolve(endpoint.address() as AddressInfo)
      })
    })
    const tokenUrl = address === '' ? `http://127.0.0.1:${port}/` : address
    const place = await town({ tokenUrl })
    const ann = place.browser('session-of-ann')
    const answer = await ann.get(await ann.consent())
    endpoint.close()
    expect(answer.status).toBe(502)
    expect(place.logged).toMatchObject([['warn', 'gateway.consent', { page: 'callback' }]])
    expect(JSON.stringify(place.logged)).not.toContain('SECRET')
    expect(place.answered.join()).not.toContain('SECRET')
  })

  it.each<[string, Gateway['grantedAccounts']]>([
    ['cannot be asked for', () => throwError(() => new Error('SECRET'))],
    ['have no answer', () => EMPTY],
  ])('leaves no tokens when the accounts %s', async (_, grantedAccounts) => {
    const place = await town({}, { grantedAccounts })
    const ann = place.browser('session-of-ann')
    expect((await ann.get(await ann.consent())).status).toBe(502)
    expect(place.logged).toMatchObject([['warn', 'gateway.consent', { page: 'callback' }]])
    expect(JSON.stringify(place.logged)).not.toContain('SECRET')
    expect(place.sealed()).toEqual([])
    expect(place.answered.join()).not.toContain('SECRET')
  })
})

describe('a confirmation', () => {
  const pending = async (place: Town) => {
    const ann = place.browser('session-of-ann')
    await ann.get(await ann.consent())
    const form = formIn((await ann.get('/oauth/accounts')).text)
    return { ann, fields: { form, account: 'demo 12345678', decision: 'allow' } }
  }

  it('is what brings the tokens to the disk: before it, and without it, there are none', async () => {
    const place = await town()
    const { ann, fields } = await pending(place)
    expect(place.sealed()).toEqual([])
    await ann.post('/oauth/accounts', { ...fields, decision: 'deny' })
    expect(place.sealed()).toEqual([])
    await giveAccess(ann)
    expect(place.sealed()).toHaveLength(1)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['of another page', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://localhost:8766' }],
    ['of a page that does not say what it is', { origin: 'null' }],
    ['without an origin', {}],
  ])('%s does not count', async (_, headers) => {
    const place = await town()
    const { ann, fields } = await pending(place)
    expect((await ann.post('/oauth/accounts', fields, headers)).status).toBe(403)
    expect(await grantsOf(place, 'ann')).toEqual([])
  })

  it('counts only with what its form has hidden, in the browser and the session that began', async () => {
    const place = await town()
    const { ann, fields } = await pending(place)
    expect((await ann.post('/oauth/accounts', { ...fields, form: 'guessed' })).status).toBe(403)
    expect((await ann.post('/oauth/accounts', { account: fields.account })).status).toBe(403)
    const eve = place.browser('session-of-eve')
    eve.cookies.set('ctrader-consent', ann.cookies.get('ctrader-consent') ?? '')
    expect((await eve.post('/oauth/accounts', fields)).status).toBe(403)
    const elsewhere = place.browser('session-of-ann')
    expect((await elsewhere.post('/oauth/accounts', fields)).status).toBe(403)
    expect((await ann.post('/oauth/accounts', fields)).status).toBe(200)
    expect((await ann.post('/oauth/accounts', fields)).status).toBe(403)
  })

  it('gives no account that the grant does not have', async () => {
    const place = await town()
    const { ann, fields } = await pending(place)
    const guessed = { ...fields, account: ['demo 7', 'live 12345678', '12345678'] }
    expect((await ann.post('/oauth/accounts', guessed)).status).toBe(400)
    await ann.post('/oauth/accounts', { ...fields, account: ['demo 7', 'demo 12345678'] })
    expect((await grantsOf(place, 'ann'))[0]?.accounts).toHaveLength(1)
  })

  it.each<[string, Partial<Rights>]>([
    ['the audit fails', {}],
    ['the rights cannot be kept', { add: () => throwError(() => new Error('SECRET')) }],
  ])('gives nothing, and leaves no tokens, when %s', async (_, broken) => {
    const failing = () => throwError(() => Object.assign(new Error('SECRET\n at SECRET'), { code: 'ENOSPC' }))
    const grants = () => [[]]
    const rights: Rights = { grants, add: () => EMPTY, remove: () => EMPTY, ...broken }
    const place = await town({ rights, ...('add' in broken ? {} : { audit: failing }) })
    const { ann, fields } = await pending(place)
    const { status, text } = await ann.post('/oauth/accounts', fields)
    expect(status).toBe(500)
    expect(place.sealed()).toEqual([])
    const [, reference = ''] = /begin again[^]*reference (\w+)/.exec(text) ?? []
    const page = 'POST /oauth/accounts'
    expect(place.logged).toMatchObject([
      ['error', 'gateway.consent', { page, reference, error: { name: 'Error' } }],
    ])
    expect(place.answered.join() + JSON.stringify(place.logged)).not.toContain('SECRET')
  })

  it('keeps the tokens of a grant that is given, also when an earlier one cannot be taken away', async () => {
    const known = [{ grantId: 'earlier', ctidUserId: 1, accounts: [] }]
    const rights: Rights = {
      grants: () => [known],
      add: (__, grant) => {
        known.push({ ...grant, accounts: [] })
        return EMPTY
      },
      remove: () => throwError(() => new Error('SECRET')),
    }
    const place = await town({ rights })
    const { ann, fields } = await pending(place)
    expect((await ann.post('/oauth/accounts', fields)).status).toBe(500)
    expect(place.sealed()).toHaveLength(1)
  })
})

describe('the consent pages', () => {
  it('are for users who are logged in', async () => {
    const place = await town()
    for (const session of [undefined, 'session-of', 'eve']) {
      const browser = place.browser(session)
      for (const path of ['/oauth/start', '/oauth/callback?code=SECRET', '/oauth/accounts'])
        expect((await browser.get(path)).status).toBe(401)
      for (const path of ['/oauth/accounts', '/oauth/revoke'])
        expect((await browser.post(path, { grantId: 'any' })).status).toBe(401)
    }
    expect(place.answered.join()).not.toContain('SECRET')
  })

  it('do not take away a grant of another user, also if its id is known', async () => {
    const place = await town()
    await giveAccess(place.browser('session-of-ann'))
    const [grant] = await grantsOf(place, 'ann')
    const eve = place.browser('session-of-eve')
    for (const grantId of [grant?.grantId ?? '', '../grants', ''])
      expect((await eve.post('/oauth/revoke', { grantId })).status).toBe(404)
    expect((await eve.post('/oauth/revoke', {})).status).toBe(404)
    expect(place.sealed()).toHaveLength(1)
  })

  it('say so where the access is removed, and its tokens cannot be', async () => {
    const failing = () => throwError(() => Object.assign(new Error('SECRET'), { code: 'EACCES' }))
    const place = await town({ grants: { load: () => EMPTY, save: () => EMPTY, remove: failing } })
    const ann = place.browser('session-of-ann')
    await giveAccess(ann)
    const [grant] = await grantsOf(place, 'ann')
    const grantId = grant?.grantId ?? ''
    const { status, text } = await ann.post('/oauth/revoke', { grantId })
    expect(status).toBe(500)
    expect(await grantsOf(place, 'ann')).toEqual([])
    const [, reference = ''] = /still has the tokens[^]*reference (\w+)/.exec(text) ?? []
    const fault = 'the tokens were not removed'
    expect(place.logged).toMatchObject([
      ['error', 'gateway.consent', { reference, fault, grantId, error: { code: 'EACCES' } }],
    ])
    expect(place.answered.join() + JSON.stringify(place.logged)).not.toContain('SECRET')
  })

  it('refuse a session cookie that is there twice', async () => {
    const ann = (await town()).browser('session-of-ann; sid=session-of-eve')
    expect((await ann.get('/oauth/accounts')).status).toBe(400)
  })

  it('take no other methods, no large forms, and nothing beside them', async () => {
    const ann = (await town()).browser('session-of-ann')
    expect((await ann.post('/oauth/start', {}, { origin: PUBLIC })).status).toBe(405)
    expect((await ann.get('/oauth/revoke')).status).toBe(405)
    expect((await ann.post('/oauth/accounts', { form: 'x'.repeat(70_000) })).status).toBe(413)
    expect((await ann.get('/oauth/other')).status).toBe(404)
    expect((await ann.get('/oauth/../../etc/passwd')).status).toBe(404)
  })

  it('log nothing when a client leaves in the middle of its form', async () => {
    const asked$ = new Subject<void>()
    const asked = firstValueFrom(asked$)
    const authenticate: Gateway['authenticate'] = () => {
      asked$.next()
      return of({ userId: 'ann' })
    }
    const place = await town({}, { authenticate })
    const { host, port } = new URL(place.url)
    const socket = await openSocket(Number(port))
    const head = [`Host: ${host}`, `Origin: ${PUBLIC}`, 'Cookie: sid=session-of-ann', 'Content-Length: 1000']
    socket.write(['POST /oauth/revoke HTTP/1.1', ...head, '', 'grantId='].join('\r\n'))
    await asked
    socket.resetAndDestroy()
    expect((await place.browser('session-of-ann').get('/oauth/accounts')).status).toBe(200)
    expect(place.logged).toEqual([])
  })

  it('show a name as text', async () => {
    const account = { accountId: 7, environment: 'live', scope: 'view', broker: '<b>' } as const
    const unnamed = { accountId: 8, environment: 'live', scope: 'view' } as const
    const granted = { ctidUserId: 1, accounts: [account, unnamed] }
    const place = await town({}, { grantedAccounts: () => of(granted) })
    const ann = place.browser('session-of-ann')
    await ann.get(await ann.consent())
    const { text } = await ann.get('/oauth/accounts')
    expect(text).toContain('&lt;b&gt;')
    expect(text).toMatch(/login\s+7, live/)
  })
})
