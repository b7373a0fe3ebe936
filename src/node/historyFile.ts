import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip, gunzip } from 'node:zlib'
import { readCsv } from '../backtest/files/readCsv'
import type { ReadCsvOptions } from '../backtest/files/readCsv'
import { readJsonLines } from '../backtest/files/readJsonLines'
import { readParquet } from '../backtest/files/readParquet'
import { hasReason, invalidOption } from '../errors'
import type { History } from '../simulator/market/history/history'

const unzipped = promisify(gunzip)

/** The text of a file in parts. */
const textOf = (path: string, isZipped: boolean): AsyncIterable<string> => {
  const file = createReadStream(path)
  // An error of the file ends the reading of what it is unzipped to.
  const bytes = isZipped ? pipeline(file, createGunzip(), () => undefined) : file
  return bytes.setEncoding('utf8')
}

const arrayOf = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer =>
  (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)

const readParquetFile = async (
  path: string,
  isZipped: boolean,
  options: ReadCsvOptions,
): Promise<History> => {
  if (isZipped) return readParquet(arrayOf(await unzipped(await readFile(path))), options)
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
      return arrayOf(buffer.subarray(0, bytesRead))
    }
    return await readParquet({ byteLength: size, slice }, options)
  } finally {
    await file.close()
  }
}

type Format = (path: string, isZipped: boolean, options: ReadCsvOptions) => Promise<History>

const csv: Format = (path, isZipped, options) => readCsv(textOf(path, isZipped), options)
const jsonLines: Format = (path, isZipped, options) => readJsonLines(textOf(path, isZipped), options)

const formats: Readonly<Record<string, Format>> = {
  csv,
  txt: csv,
  tsv: csv,
  jsonl: jsonLines,
  ndjson: jsonLines,
  parquet: readParquetFile,
}

/** An error of a place in a file, with the name of the file. */
const inFile = (path: string, error: unknown): unknown => {
  if (hasReason(error, 'InvalidOption')) return invalidOption(`${path}: ${error.option}`, error.detail)
  return invalidOption(path, `cannot be read: ${(error as Error).message}`)
}

/**
 * Reads the history of a symbol from a file: `.csv`, `.jsonl` or `.parquet`, each also with `.gz` behind it. See
 * `readCsv`, `readJsonLines` and `readParquet` for what each may have. The file is read in parts.
 *
 * The promise is rejected with `InvalidOption` for what cannot be read: it names the file, the line and the column.
 *
 * ```ts
 * readHistory('eurusd-m1.csv.gz', { symbol: 'EURUSD', spread: 0.0001 }).then(({ symbol }) => console.log(symbol))
 * ```
 */
export const readHistory = async (path: string, options: ReadCsvOptions): Promise<History> => {
  const [, ending = '', gz] = /\.([a-z]+)(\.gz)?$/i.exec(path) ?? []
  const format = formats[ending.toLowerCase()]
  if (!format)
    throw invalidOption(path, `must end in one of .${Object.keys(formats).join(', .')}, and may have .gz`)
  try {
    return await format(path, gz !== undefined, options)
  } catch (error) {
    throw inFile(path, error)
  }
}
