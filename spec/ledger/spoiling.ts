type Fields = Record<string, unknown>

interface Frame {
  readonly payload?: Fields
}

const isEntity = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** What each of an order, a position and a deal has. */
const required = ['tradeData', 'dealStatus']
const ids = ['orderId', 'positionId', 'dealId']

const NO_VALUE = { none: true }

/** The text with one of the entities of its payload, listed or not, that cannot be read. The same text where there is none. */
export const garbled = (text: string, which: number, isNameless: boolean): string => {
  const frame = JSON.parse(text) as Frame
  const entities = Object.values(frame.payload ?? {})
    .flat()
    .filter(isEntity)
  const entity = entities[which % entities.length]
  if (!entity) return text
  for (const field of [...required, ...(isNameless ? ids : [])])
    if (Object.hasOwn(entity, field)) entity[field] = NO_VALUE
  return JSON.stringify(frame)
}

/** What a client takes at most, in characters. */
const MAX_FRAME = 15 * 1024 * 1024

/** The text with so much blank space at its end that it is too large by one. */
export const swollen = (text: string): string => text + ' '.repeat(MAX_FRAME + 1 - text.length)
