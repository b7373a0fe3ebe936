import { concatMap } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Client } from './client'
import { lookUpEnvironment } from './authentication/environmentCheck'
import { credentialAsker } from './authentication/grants/credential'
import type { Environment } from '../errorFields'
import type { AccountOptions } from './options'

/** For a client that is not told its timeout. What a function's error says is not shown: it may have secrets. */
const ask = credentialAsker(10_000, () => 'its function failed')

/**
 * The environment that serves an account, from the account list of its token (2149 → 2150). Either host answers.
 * Emits once and completes. Errors with `InvalidOption` if the account is not the token owner's.
 *
 * ```ts
 * const asker = createClient({ environment: 'demo', clientId, clientSecret })
 * findEnvironment(asker, { accountId, accessToken }).subscribe(environment => console.log(environment))
 * ```
 */
export const findEnvironment = (
  client: Pick<Client, 'request'>,
  { accountId, accessToken }: Pick<AccountOptions, 'accountId' | 'accessToken'>,
): Observable<Environment> =>
  ask('accessToken', accessToken).pipe(
    concatMap(token => lookUpEnvironment(client.request, accountId, token)),
  )
