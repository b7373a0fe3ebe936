import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasReason, invalidOption } from '../../../errors'
import { Mistake } from '../../outcome'

const usable = (field: string, act: () => void): void => {
  try {
    act()
  } catch (error) {
    throw new Mistake(`${field} cannot be used: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`)
  }
}

/** A folder that only its owner may read. A mistake is found now, and not with the first order. */
export const requireFolder = (field: string, path: string): void => {
  usable(field, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  })
}

/** A file to which entries can be added. */
export const requireLogFile = (field: string, path: string): void => {
  usable(field, () => {
    mkdirSync(dirname(path), { recursive: true })
    closeSync(openSync(path, 'a', 0o600))
  })
}

/** The options of a part have other names than the fields of the file. */
export const withPrefix = <T>(prefix: string, act: () => T): T => {
  try {
    return act()
  } catch (error) {
    throw hasReason(error, 'InvalidOption') ? invalidOption(`${prefix}${error.option}`, error.detail) : error
  }
}
