import { existsSync } from 'node:fs'
import { defer, map, of, switchMap } from 'rxjs'
import type { Observable } from 'rxjs'
import { readObject } from '../../node/credentials'
import { Mistake } from '../outcome'
import type { Terminal } from '../terminal'
import type { Application } from './exchange'

/** The text of a field in the file that is to be written, if it is there already. */
const known = (path: string, field: 'clientId' | 'clientSecret', clientId?: string): string | undefined => {
  if (!existsSync(path)) return undefined
  const { fields } = readObject(path)
  const isOther = clientId !== undefined && fields['clientId'] !== clientId
  const text = fields[field]
  return typeof text === 'string' && text !== '' && !isOther ? text : undefined
}

const asked = ({ ask }: Terminal, question: string, missing: string, hidden: boolean): Observable<string> => {
  if (!ask) throw new Mistake(missing)
  return ask(question, { hidden }).pipe(
    map(text => {
      if (text === '') throw new Mistake(missing)
      return text
    }),
  )
}

/**
 * The id and the secret of the application: of the options and variables, of the file that is there, or asked for.
 * There is no option for the secret, because others could see it in the list of processes.
 */
export const findApplication = (
  given: string | undefined,
  path: string,
  terminal: Terminal,
): Observable<Application> =>
  defer(() => {
    const id = given ?? terminal.env['RX_CTRADER_CLIENT_ID'] ?? known(path, 'clientId')
    return id === undefined
      ? asked(
          terminal,
          'Client id of your application (openapi.ctrader.com has it): ',
          'The client id is missing: give it with --client-id or RX_CTRADER_CLIENT_ID.',
          false,
        )
      : of(id)
  }).pipe(
    switchMap(clientId => {
      const secret = terminal.env['RX_CTRADER_CLIENT_SECRET'] ?? known(path, 'clientSecret', clientId)
      const secret$ =
        secret === undefined
          ? asked(
              terminal,
              'Its secret (it is not shown): ',
              'The secret of the application is missing: give it with RX_CTRADER_CLIENT_SECRET.',
              true,
            )
          : of(secret)
      return secret$.pipe(map(clientSecret => ({ clientId, clientSecret })))
    }),
  )
