import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const orNothing = (read: () => string): string | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The path of a file behind all links. The file need not exist. */
export const realPath = (path: string): string => {
  const there = orNothing(() => realpathSync(path))
  if (there !== undefined) return there
  const folder = dirname(path)
  const target = orNothing(() => readlinkSync(path))
  if (target !== undefined) return realPath(resolve(folder, target))
  return join(orNothing(() => realpathSync(folder)) ?? folder, basename(path))
}
