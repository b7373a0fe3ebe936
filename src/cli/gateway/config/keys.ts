import type { GrantKey } from '../../../node'
import { Mistake } from '../../outcome'

/**
 * The keys of grants: of the variable, as `2026-11:BASE64,2026-05:BASE64`, or of the file. The first one seals. They are
 * checked where they are used.
 */
export const parseKeys = (
  variable: string | undefined,
  inFile: unknown,
  place: string,
): readonly GrantKey[] => {
  if (variable !== undefined)
    return variable.split(',').map(part => {
      const [id = '', key = ''] = part.trim().split(':')
      return { id, key }
    })
  if (!Array.isArray(inFile))
    throw new Mistake(
      `${place} or RX_CTRADER_GRANT_KEYS is missing. A key is made by: openssl rand -base64 32`,
    )
  return inFile as readonly GrantKey[]
}
