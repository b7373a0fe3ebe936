import { invalidOption } from '../../errors'
import type { CTraderError } from '../../errors'

/** The longest part of a file that an error shows. */
const MOST_SHOWN = 40

/** The error of a place in a file. Lines and columns count from 1. */
export const fileError = (
  line: number,
  column: string | number,
  value: string | undefined,
  detail: string,
): CTraderError => {
  const shown = JSON.stringify((value ?? '').slice(0, MOST_SHOWN))
  return invalidOption(`line ${line}, column ${column}`, `${detail}, and not ${shown}`)
}
