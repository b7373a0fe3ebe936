import { CTraderError } from '../../errors'
import { parseJson } from '../../util/parseJson'

/** Where lines are opened. Of several edges that serve lines, one gets each. */
export const OPENING = 'ctrader.v1.lines'

/** Where the texts of a line go, to its edge and to its client. */
export const lineSubjects = (line: string): { readonly up: string; readonly down: string } => ({
  up: `ctrader.v1.line.${line}.up`,
  down: `ctrader.v1.line.${line}.down`,
})

/** What opens a line. */
export interface Opening {
  readonly line: string
  /** The token of the session. */
  readonly token: string
}

/** How a line ended. */
export interface Closing {
  readonly code: number
  readonly reason: string
}

/** Frames have numbers, so that the other end sees if one is missing. */
export const toFrame = (number: number, text: string): string => `${number} ${text}`

export const toClosing = (closing: Closing): string => JSON.stringify(closing)

/** What comes over a line. */
export type Received =
  | { readonly kind: 'frame'; readonly number: number; readonly text: string }
  | ({ readonly kind: 'closing' } & Closing)

export const readReceived = (body: string): Received => {
  if (body.startsWith('{')) {
    const { code = 1006, reason = '' } = Object(parseJson(body)) as Partial<Closing>
    return { kind: 'closing', code, reason }
  }
  const end = body.indexOf(' ')
  return { kind: 'frame', number: Number(body.slice(0, end)), text: body.slice(end + 1) }
}

/** The error of a line that is lost or could not be opened. */
export const lineLost = (detail: string): CTraderError =>
  new CTraderError({ reason: 'ConnectionLost', sent: false, detail })
