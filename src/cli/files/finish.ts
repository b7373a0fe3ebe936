import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { Mistake } from '../outcome'
import type { ExportColumn, FileFormat } from './format'

/** So many rows are in memory at a time. */
const ROWS_A_GROUP = 50_000

type Column = Pick<ExportColumn<never>, 'name' | 'type'>
type Row = Readonly<Record<string, number | string | undefined>>

const parquetTypes = { time: 'TIMESTAMP', number: 'DOUBLE', integer: 'INT64', text: 'STRING' } as const

const parquetValue = (type: Column['type'], value: number | string | undefined): unknown => {
  if (value === undefined) return null
  if (type === 'time') return new Date(value)
  return type === 'integer' ? BigInt(value) : value
}

const writer = () =>
  import('hyparquet-writer').catch(() => {
    throw new Mistake('For .parquet, hyparquet-writer is needed: npm install hyparquet-writer')
  })

/** Throws a `Mistake` if a file of this form cannot be written here. */
export const checkFormat = async ({ kind }: FileFormat): Promise<void> => {
  if (kind === 'parquet') await writer()
}

const toParquet = async (part: string, path: string, columns: readonly Column[]): Promise<void> => {
  const { ParquetWriter, fileWriter, schemaFromColumnData } = await writer()
  const columnData = (rows: readonly Row[]) =>
    columns.map(({ name, type }) => ({
      name,
      type: parquetTypes[type],
      data: rows.map(row => parquetValue(type, row[name])),
    }))
  const target = fileWriter(path)
  const parquet = new ParquetWriter({
    writer: target,
    schema: schemaFromColumnData({ columnData: columnData([]) }),
  })
  let rows: Row[] = []
  const write = (): void => {
    if (rows.length > 0) void parquet.write({ columnData: columnData(rows), rowGroupSize: ROWS_A_GROUP })
    rows = []
  }
  for await (const line of createInterface({ input: createReadStream(part), crlfDelay: Infinity })) {
    rows.push(JSON.parse(line) as Row)
    if (rows.length === ROWS_A_GROUP) write()
  }
  write()
  void parquet.finish()
}

/** Makes the file of its part, whole or not at all. */
export const finishFile = async (
  part: string,
  path: string,
  { kind, isZipped }: FileFormat,
  columns: readonly Column[],
): Promise<void> => {
  const beside = `${path}.new`
  try {
    if (kind === 'parquet') await toParquet(part, beside, columns)
    else if (isZipped) await pipeline(createReadStream(part), createGzip(), createWriteStream(beside))
    renameSync(kind === 'parquet' || isZipped ? beside : part, path)
  } finally {
    rmSync(beside, { force: true })
  }
}
