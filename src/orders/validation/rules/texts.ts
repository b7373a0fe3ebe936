import { omitUndefined } from '../../../util/omitUndefined'
import { invalidOrder } from '../../model/invalidOrder'

/** The texts of an order, and their maximal length on the server. */
const longest = { label: 100, comment: 512, clientOrderId: 50 } as const

export type Texts = { readonly [K in keyof typeof longest]?: string }

/** The texts of an order, if they are short enough, and its id is not empty. */
export const checkTexts = ({ label, comment, clientOrderId }: Texts): Texts => {
  const texts = omitUndefined({ label, comment, clientOrderId })
  for (const [field, text] of Object.entries<unknown>(texts)) {
    const most = longest[field as keyof Texts]
    const broken = { rule: 'length', field } as const
    if (typeof text !== 'string')
      throw invalidOrder({ ...broken, value: typeof text, detail: 'must be a string' })
    if (text.length > most)
      throw invalidOrder({
        ...broken,
        value: text,
        detail: `is longer than ${most} characters`,
        nearest: text.slice(0, most),
      })
  }
  if (clientOrderId === '')
    throw invalidOrder({ rule: 'length', field: 'clientOrderId', value: '', detail: 'is empty' })
  return texts
}
