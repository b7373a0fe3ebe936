import { right } from 'fp-ts/Either'
import { violation } from '../../model/invalidOrder'
import type { Checked } from '../../model/invalidOrder'
import { defined } from '../../../util/defined'

/** The texts of an order, and their maximal length on the server. */
const longest = { label: 100, comment: 512, clientOrderId: 50 } as const

export type Texts = { readonly [K in keyof typeof longest]?: string }

/** Whether the texts of an order are short enough, and its id is not empty. */
export const textsOf = ({ label, comment, clientOrderId }: Texts): Checked<Texts> => {
  const texts = defined({ label, comment, clientOrderId })
  for (const [field, most] of Object.entries(longest)) {
    const text: unknown = texts[field as keyof Texts]
    if (text !== undefined && typeof text !== 'string')
      return violation({ rule: 'length', field, value: typeof text, detail: 'must be a string' })
    if (text !== undefined && text.length > most)
      return violation({
        rule: 'length',
        field,
        value: text,
        detail: `is longer than ${most} characters`,
        nearest: text.slice(0, most),
      })
  }
  return clientOrderId === ''
    ? violation({ rule: 'length', field: 'clientOrderId', value: '', detail: 'is empty' })
    : right(texts)
}
