/** A price as a trader reads it: 1.09872 with the pip at the 4th digit is `1.09`, `87`, `2`. */
export interface PriceParts {
  readonly handle: string
  readonly pips: string
  readonly rest: string
}

export const priceParts = (price: number, digits: number, pipPosition: number): PriceParts => {
  const text = price.toFixed(digits)
  const dot = text.length - digits - (digits > 0 ? 1 : 0)
  const end = pipPosition === 0 ? dot : Math.min(text.length, dot + pipPosition + 1)
  // Two digits, which may have the point between them.
  const begin = text.slice(end - 2, end).includes('.') ? end - 3 : end - 2
  return { handle: text.slice(0, begin), pips: text.slice(begin, end), rest: text.slice(end) }
}
