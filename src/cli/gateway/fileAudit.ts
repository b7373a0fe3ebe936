import { mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes each entry as a line of JSON. The promise is resolved when the line is on the disk. */
export const fileAudit =
  (path: string) =>
  async (entry: object): Promise<void> => {
    mkdirSync(dirname(path), { recursive: true })
    const file = await open(path, 'a', 0o600)
    try {
      await file.appendFile(`${JSON.stringify(entry)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
  }
