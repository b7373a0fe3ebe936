/** How a locale writes numbers. */
interface Separators {
  readonly decimal: string
  readonly group: string
}

const separatorsOf = (locale: string): Separators => {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1_234_567.5)
  const valueOf = (type: string): string => parts.find(part => part.type === type)?.value ?? ''
  return { decimal: valueOf('decimal'), group: valueOf('group') }
}

/**
 * A number as it is typed: `null` for an empty field, `NaN` for what cannot be read with certainty. `0,1` is a tenth
 * where the comma is the decimal separator. Elsewhere it is unreadable, because it could mean something else. A point
 * is read where the comma is usual, unless it stands where a group of thousands would end.
 */
export const readDecimal = (text: string, locale: string): number | null => {
  const { decimal, group } = separatorsOf(locale)
  const typed = text.trim()
  if (typed === '') return null
  const isGrouped = group === '.' && /^\d{1,3}(\.\d{3})+$/.test(typed)
  const plain = decimal === '.' || isGrouped || typed.includes('.') ? typed : typed.replace(decimal, '.')
  return !isGrouped && /^(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN
}

/** A number as one types it: without groups, with the decimals that it has. */
export const writeDecimal = (value: number | null, locale: string): string =>
  value === null || Number.isNaN(value)
    ? ''
    : value.toLocaleString(locale, { useGrouping: false, maximumFractionDigits: 10 })
