import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const quickStart = 'docs/examples/quick-start.ts'

describe('the quick start of the README', () => {
  it('is the example, to the letter', () => {
    const block = /```ts\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1]
    expect(block).toBe(readFileSync(quickStart, 'utf8'))
  })

  it('runs, and ends by itself', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', quickStart])
    expect(stdout.trim().split('\n')).toEqual([
      'authenticated, 0',
      'authenticated, 1',
      'authenticated, 2',
      'done, and the line closes by itself',
    ])
  })
})
