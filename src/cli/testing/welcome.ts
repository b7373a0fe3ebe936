import { CONSENT_PATH, TOKEN_PATH } from '../../node/simulate/consentPage'
import type { SimulatorOptions } from '../../simulator'
import { defaultIdentity } from '../../simulator/model/identity'

/** A `credentials.json` for a simulator: of its first application, and the first account of its first grant. */
export const simulatorCredentials = (url: string, given: Partial<SimulatorOptions>): object => {
  const { applications, grants, accounts } = { ...defaultIdentity, ...given }
  const [application] = applications
  const [grant] = grants
  const accountId = grant?.accountIds[0]
  return {
    accountId,
    clientId: application?.clientId,
    clientSecret: application?.clientSecret,
    accessToken: grant?.accessToken,
    refreshToken: grant?.refreshToken,
    environment: accounts.find(account => account.accountId === accountId)?.isLive ? 'live' : 'demo',
    server: url,
  }
}

interface Welcomed {
  readonly seed: number
  readonly speed: number
  readonly host: string
  readonly control: boolean
  readonly consent: boolean
  /** Whether others can reach the port. */
  readonly isOpen: boolean
  readonly credentials: object
}

/** The warning when others can reach the port. */
const warning = ({ host, control }: Welcomed): string =>
  `Warning: ${host} is open to the network. Anyone who reaches the port can trade as demo/demo` +
  `${control ? ', and make the server fail' : ''}.`

/** The lines that a simulator prints when it listens. */
export const welcome = (url: string, welcomed: Welcomed): string => {
  const { seed, speed, control, consent, isOpen, credentials } = welcomed
  const http = url.replace(/^ws/, 'http')
  return [
    `cTrader simulator at ${url} (seed ${seed}, speed ${speed})`,
    '',
    'credentials.json:',
    JSON.stringify(credentials, undefined, 2),
    '',
    `In a program: createClient({ connect: webSocketConnect('${url}'), clientId: 'demo', clientSecret: 'demo' })`,
    ...(consent
      ? [
          `Rehearse a login: npx rx-ctrader login --server ${url} --auth-url ${http}${CONSENT_PATH} --token-url ${http}${TOKEN_PATH}`,
        ]
      : []),
    ...(control
      ? [
          `Who is connected: curl ${http}/status`,
          `Break the lines: curl ${http}/control -H 'content-type: application/json' -d '{"kind":"drop"}'`,
        ]
      : []),
    ...(isOpen ? [warning(welcomed)] : []),
    'Ctrl-C ends it.',
  ].join('\n')
}
