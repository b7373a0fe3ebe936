import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readCredentials } from '../../node'
import type { Credentials } from '../../node'
import type { SessionOptions } from '../definition'
import { Mistake } from '../outcome'
import { serverUrl } from '../read'
import type { Terminal } from '../terminal'

const FILE = 'credentials.json'

/** The folder for the settings of a user. */
const configurationFolder = ({ env, home, platform }: Terminal): string => {
  const folder = platform === 'win32' ? env['APPDATA'] : env['XDG_CONFIG_HOME']
  return join(folder ?? join(home, '.config'), 'rx-ctrader')
}

/** Credentials, and the file that renewed tokens are written to, if they are from a file. */
export interface FoundCredentials {
  readonly credentials: Omit<Credentials, 'refreshToken'> & { readonly refreshToken?: string }
  readonly path?: string
}

const required = ['ACCOUNT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'ACCESS_TOKEN'] as const
const PREFIX = 'RX_CTRADER_'

/** A variable, unless it is empty. */
const variable = ({ env }: Terminal, name: string): string | undefined => {
  const value = env[`${PREFIX}${name}`]
  return value === '' ? undefined : value
}

/** Credentials from variables, all or none. Their tokens are not renewed: there is no place for the new ones. */
const credentialsInVariables = (terminal: Terminal): FoundCredentials | undefined => {
  const value = (name: string): string | undefined => variable(terminal, name)
  const missing = required.filter(name => value(name) === undefined)
  if (value('ACCESS_TOKEN') === undefined) return undefined
  if (missing[0] !== undefined)
    throw new Mistake(`${PREFIX}ACCESS_TOKEN is set, but ${PREFIX}${missing[0]} is not.`)
  const environment = value('ENVIRONMENT')
  if (environment !== undefined && environment !== 'demo' && environment !== 'live')
    throw new Mistake(`${PREFIX}ENVIRONMENT must be demo or live.`)
  const accountId = Number(value('ACCOUNT_ID'))
  if (!Number.isSafeInteger(accountId) || accountId <= 0)
    throw new Mistake(`${PREFIX}ACCOUNT_ID must be a positive whole number.`)
  const server = value('SERVER')
  try {
    if (server !== undefined) serverUrl(server)
  } catch (error) {
    throw error instanceof Mistake ? new Mistake(`${PREFIX}SERVER ${error.message}.`) : error
  }
  return {
    credentials: {
      accountId,
      clientId: value('CLIENT_ID') ?? '',
      clientSecret: value('CLIENT_SECRET') ?? '',
      accessToken: value('ACCESS_TOKEN') ?? '',
      ...(environment !== undefined && { environment }),
      ...(server !== undefined && { server }),
    },
  }
}

const fromFile = (path: string, { err }: Terminal): FoundCredentials => {
  const credentials = readCredentials(path, line => {
    err(`${line}\n`)
  })
  if (!credentials) throw new Mistake(`There is no file ${path}.`)
  return { credentials, path }
}

/** The file that `--credentials` or the variable of that name means. */
const namedFile = ({ credentials }: Pick<SessionOptions, 'credentials'>, terminal: Terminal) =>
  credentials ?? variable(terminal, 'CREDENTIALS')

/** Where credentials are written to: the named file, else one in the current folder. */
export const newCredentialsPath = (
  options: Pick<SessionOptions, 'credentials'>,
  terminal: Terminal,
): string => resolve(terminal.folder, namedFile(options, terminal) ?? FILE)

/** The files in which credentials are looked for, if none is named. */
export const usualFiles = (terminal: Terminal): readonly string[] => [
  join(terminal.folder, FILE),
  join(configurationFolder(terminal), FILE),
]

/**
 * The credentials of a command: of the named file, else of the variables, else of the file in the current folder,
 * else of the file in the user's configuration folder. Throws a `Mistake` if there are none.
 */
export const findCredentials = (
  options: Pick<SessionOptions, 'credentials'>,
  terminal: Terminal,
): FoundCredentials => {
  const named = namedFile(options, terminal)
  if (named !== undefined) return fromFile(resolve(terminal.folder, named), terminal)
  const given = credentialsInVariables(terminal)
  if (given) return given
  const path = usualFiles(terminal).find(file => existsSync(file))
  if (path !== undefined) return fromFile(path, terminal)
  throw new Mistake(
    [
      `There are no credentials: no ${FILE} here or in ${configurationFolder(terminal)}, and no ${PREFIX}… variables.`,
      'To get them: npx rx-ctrader login. Without a cTrader ID: npx rx-ctrader simulate, which says what its file is.',
    ].join('\n'),
  )
}
