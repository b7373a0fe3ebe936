import { defaultIdentity } from '../../simulator/model/identity'

/** A `credentials.json` for the default simulator. */
export const demoCredentials = (url: string): object => {
  const [application] = defaultIdentity.applications
  const [grant] = defaultIdentity.grants
  return {
    accountId: grant?.accountIds[0],
    clientId: application?.clientId,
    clientSecret: application?.clientSecret,
    accessToken: grant?.accessToken,
    refreshToken: grant?.refreshToken,
    environment: 'demo',
    server: url,
  }
}

interface Greeted {
  readonly seed: number
  readonly speed: number
  readonly host: string
  readonly control: boolean
  /** Whether others can reach the port. */
  readonly isOpen: boolean
}

/** The warning when others can reach the port. */
const warning = ({ host, control }: Greeted): string =>
  `Warning: ${host} is open to the network. Anyone who reaches the port can trade as demo/demo` +
  `${control ? ', and make the server fail' : ''}.`

/** What is said when a simulator listens. */
export const welcome = (url: string, greeted: Greeted): string => {
  const { seed, speed, control, isOpen } = greeted
  const http = url.replace(/^ws/, 'http')
  return [
    `cTrader simulator at ${url} (seed ${seed}, speed ${speed})`,
    '',
    'credentials.json:',
    JSON.stringify(demoCredentials(url), undefined, 2),
    '',
    `In a program: createClient({ connect: webSocketConnect('${url}'), clientId: 'demo', clientSecret: 'demo' })`,
    ...(control
      ? [
          `Who is connected: curl ${http}/status`,
          `Break the lines: curl ${http}/control -H 'content-type: application/json' -d '{"kind":"drop"}'`,
        ]
      : []),
    ...(isOpen ? [warning(greeted)] : []),
    'Ctrl-C ends it.',
  ].join('\n')
}
