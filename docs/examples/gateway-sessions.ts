/** The module of sessions for the command `gateway`: it asks the login of an application who the user is. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lastValueFrom, from } from 'rxjs'
import type { Authenticate, Session } from 'rx-ctrader/gateway'

let loginUrl = 'http://localhost:3000/session'

// #region sessions
export const authenticate: Authenticate = async ({ cookie }) => {
  const answer = await fetch(loginUrl, { headers: { authorization: `Bearer ${cookie ?? ''}` } })
  if (!answer.ok) throw new Error('there is no session')
  const { userId, expiresAt } = (await answer.json()) as Required<Session>
  return { userId, expiresAt }
}
// #endregion

const userOf = (cookie: string): Promise<string> =>
  lastValueFrom(from(authenticate({ cookie })), { defaultValue: undefined }).then(
    session => session?.userId ?? 'none',
    (error: unknown) => String(error),
  )

const main = async (): Promise<void> => {
  const login = createServer(({ headers }, response) => {
    const isKnown = headers.authorization === 'Bearer session-of-ann'
    response.writeHead(isKnown ? 200 : 401)
    response.end(JSON.stringify({ userId: 'ann', expiresAt: 1_900_000_000_000 }))
  })
  await new Promise<void>(resolve => {
    login.listen(0, '127.0.0.1', resolve)
  })
  loginUrl = `http://127.0.0.1:${(login.address() as AddressInfo).port}/`
  console.log(await userOf('session-of-ann'))
  console.log(await userOf('guessed'))
  login.close()
  login.closeAllConnections()
}

void main()
