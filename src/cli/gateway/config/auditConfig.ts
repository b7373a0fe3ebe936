import { Mistake } from '../../outcome'
import type { AuditConfig } from './configTypes'
import { checkFields } from './fields'
import type { Fields } from './fields'

/** Where the audit is: in a file, or at NATS. */
export const readAudit = (
  given: unknown,
  hasNats: boolean,
  place: (name: string) => string,
  beside: (name: string) => string,
): AuditConfig | undefined => {
  if (given === undefined) return undefined
  if (typeof given === 'string' && given !== '') return { file: beside(given) }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Mistake(`${place('audit')} must be the name of a file, or { "nats": true }.`)
  const fields = given as Fields
  checkFields(fields, ['nats'], name => place(`audit.${name}`))
  if (fields['nats'] !== true) throw new Mistake(`${place('audit.nats')} must be true.`)
  if (!hasNats) throw new Mistake(`${place('audit.nats')} needs nats in the file, or --nats.`)
  return 'nats'
}
