import type { Environment } from '../../../errorFields'
import { mixedTextHash } from '../../../util/textHash'
import { SLOTS } from '../../bus/subjects'

interface NamedLine {
  readonly name: string
  readonly environment: Environment
}

/** The line of a slot. If a line is added or removed, few slots move. */
export const pickLine = <Line extends NamedLine>(
  lines: readonly Line[],
  environment: Environment,
  slot: number,
): Line | undefined => {
  const weight = ({ name }: Line): number => mixedTextHash(`${name} ${slot}`)
  return lines
    .filter(line => line.environment === environment)
    .reduce<Line | undefined>((best, line) => (best && weight(best) >= weight(line) ? best : line), undefined)
}

/** The slots that are on a line. */
export const lineSlots = <Line extends NamedLine>(lines: readonly Line[], line: Line): readonly number[] =>
  Array.from({ length: SLOTS }, (_, slot) => slot).filter(
    slot => pickLine(lines, line.environment, slot) === line,
  )
