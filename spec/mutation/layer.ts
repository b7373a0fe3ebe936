import { readdirSync } from 'node:fs'
import { join } from 'node:path'

// All specs of some folders as one: what they load is loaded once for each change, and not once for each file.
for (const folder of (process.env['MUTATION_SPECS'] ?? '').split(','))
  for (const file of readdirSync(join('spec', folder), { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.spec.ts'))
      describe(`${folder}/${file}`, () => {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- within what describes it, so that its hooks stay its own
        require(join(process.cwd(), 'spec', folder, file))
      })
