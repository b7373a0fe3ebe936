import { statSync } from 'node:fs'
import { invalidOption } from '../../errors'

/** Throws for a folder. Also for a pipe, because reading it would wait for a writer. */
export const checkRegular = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw invalidOption(path, 'is not a regular file')
}
