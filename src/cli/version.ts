import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package: the nearest one above that has a `package.json`. */
const packageFolder = (folder: string): string =>
  existsSync(join(folder, 'package.json')) ? folder : packageFolder(dirname(folder))

/** The version of this package. */
export const version = (): string => {
  const text = readFileSync(join(packageFolder(__dirname), 'package.json'), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
