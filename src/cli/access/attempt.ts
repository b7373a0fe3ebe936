import { firstValueFrom, map, timeout } from 'rxjs'
import type { Observable } from 'rxjs'
import { isCTraderError } from '../../index'
import { explain } from '../session/explain'
import { wrong } from './checks'
import type { Check } from './checks'

/** How long a check may wait for the server, in ms. */
export const LONGEST = 15_000

const failureOf = (name: string, error: unknown): Check => {
  if (!isCTraderError(error))
    return wrong(name, 'no answer', 'Try again later: the server may be under maintenance.')
  const [detail = '', ...advice] = explain(error).split('\n')
  return wrong(name, detail, advice.join(' ') || 'The guide "Errors" says what the reasons mean.')
}

/** The first value of a stream, or the check that failed. */
export const attempt = async <T>(
  name: string,
  value$: Observable<T>,
): Promise<{ readonly value: T } | Check> => {
  try {
    const found$ = value$.pipe(
      timeout({ first: LONGEST }),
      map(value => ({ value })),
    )
    return (await firstValueFrom(found$, { defaultValue: undefined })) ?? failureOf(name, undefined)
  } catch (error) {
    return failureOf(name, error)
  }
}
