import { EMPTY, concat, from, map, of, share, toArray, defer } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Context, Run, SessionOptions } from '../definition'
import { exitCodes, result } from '../outcome'
import type { Outcome } from '../outcome'
import { withoutControls } from '../output/text'
import type { Check } from './checks'
import { diagnose } from './diagnose'

const WIDTH = 12

const lines = ({ name, isFine, detail, advice }: Check, { bold, green, red }: Context['colours']): string => {
  const state = isFine ? green('ok   ') : red('wrong')
  const line = `${state}  ${name.padEnd(WIDTH)}  ${withoutControls(detail)}`
  return advice === undefined ? line : `${line}\n       ${' '.repeat(WIDTH)}  ${bold(advice)}`
}

/** A line for each check, or with `--json` all of them as one value. */
const checkOutcomes = (check$: Observable<Check>, { colours, mode }: Context): Observable<Outcome> =>
  mode === 'json'
    ? check$.pipe(
        toArray(),
        map(checks => result(checks, '')),
      )
    : check$.pipe(map(check => result(check, lines(check, colours))))

/** Checks everything that a session needs, and says what to do where something is wrong. */
export const doctor: Run<SessionOptions> = (_, options, context) =>
  defer(() => {
    let isFine = true
    const check$ = from(diagnose(options, context)).pipe(
      map(check => {
        isFine &&= check.isFine
        return check
      }),
      share(),
    )
    const end$ = defer((): Observable<Outcome> => (isFine ? EMPTY : of({ exitCode: exitCodes.failed })))
    return concat(checkOutcomes(check$, context), end$)
  })
