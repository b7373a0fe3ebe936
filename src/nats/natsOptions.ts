import { invalidOption } from '../errors'
import { checkNames } from '../options'
import { harmless } from '../session/logging/log'
import type { Log } from '../session/logging/log'

/** Settings of what is kept at a NATS server. */
export interface NatsOptions {
  /** Stands before all names, where gateways share a NATS server, such as `staging`. Default: none. */
  readonly prefix?: string
  /** How many servers of a cluster keep what is not there yet: 1, 3 or 5. Default 1. */
  readonly replicas?: number
  /** Called with a warning if the server is too old for production, or if tokens there do not open. Default: no log. */
  readonly log?: Log
}

const NAMES: Readonly<Record<keyof NatsOptions, true>> = { prefix: true, replicas: true, log: true }

/** The options, with defaults. Throws `InvalidOption` with the name of the option. */
export const readNatsOptions = (options: NatsOptions): Required<NatsOptions> => {
  checkNames(options, NAMES)
  const { prefix = '', replicas = 1, log = () => undefined } = options
  if (typeof prefix !== 'string' || !/^([\w-]+(\.[\w-]+)*)?$/.test(prefix))
    throw invalidOption('prefix', 'must have letters, digits, dashes and underscores, with dots between')
  if (![1, 3, 5].includes(replicas)) throw invalidOption('replicas', 'must be 1, 3 or 5')
  if (typeof log !== 'function') throw invalidOption('log', 'must be a function')
  return { prefix, replicas, log: harmless(log) }
}
