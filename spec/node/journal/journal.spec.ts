import fs from 'node:fs'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, from } from 'rxjs'
import { PayloadType, CTraderError } from 'rx-ctrader'
import type { OrderIntent, Journal, JournalEntry, OrderOutcome } from 'rx-ctrader'
import { fileJournal } from 'rx-ctrader/node'

const intent = (id: string, accountId = 12345678): OrderIntent => ({
  state: 'intended',
  id,
  accountId,
  payloadType: PayloadType.PROTO_OA_CANCEL_ORDER_REQ,
  payload: { ctidTraderAccountId: accountId, orderId: 1 },
  at: 1_000,
})
const settled = (id: string, accountId = 12345678): OrderOutcome => ({
  state: 'settled',
  id,
  accountId,
  outcome: 'cancelled',
})
const lineOf = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`
const textOf = (...entries: readonly JournalEntry[]): string => entries.map(lineOf).join('')

let directory = ''
let path = ''
let warnings: string[] = []
const warn = (line: string): void => {
  warnings.push(line)
}
const journalAt = (): Journal => fileJournal(path, { warn })
const loaded = (journal = journalAt()): Promise<readonly JournalEntry[]> =>
  firstValueFrom(from(journal.load()))
const ids = async (): Promise<readonly string[]> => (await loaded()).map(({ id }) => id)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'))
  path = join(directory, 'orders.jsonl')
  warnings = []
})
afterEach(() => {
  jest.restoreAllMocks()
  rmSync(directory, { recursive: true })
})

describe('a journal in a file', () => {
  it('has nothing in it before the first entry', async () => {
    expect(await loaded()).toEqual([])
    expect(await loaded(fileJournal(join(directory, 'nowhere', 'orders.jsonl')))).toEqual([])
    expect(readdirSync(directory)).toEqual([])
  })

  it('keeps its entries for the next process, one JSON line each, for its owner alone', async () => {
    const journal = journalAt()
    journal.append(intent('a-1'))
    journal.append(settled('a-1'))
    expect(await loaded()).toEqual([intent('a-1'), settled('a-1')])
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('a-1'), settled('a-1')))
    expect(statSync(path).mode & 0o077).toBe(0)
    fileJournal(path).append(intent('b-1'))
    expect(await loaded()).toEqual([intent('a-1'), settled('a-1'), intent('b-1')])
    expect(warnings).toEqual([])
  })

  it('has an entry on the disk when it has been appended, and its name as well', () => {
    const synced: (string | undefined)[] = []
    const { fsyncSync } = fs
    jest.spyOn(fs, 'fsyncSync').mockImplementation(file => {
      fsyncSync(file)
      synced.push(fs.fstatSync(file).isDirectory() ? 'the folder' : readFileSync(path, 'utf8'))
    })
    journalAt().append(intent('a-1'))
    journalAt().append(intent('a-2'))
    expect(synced).toEqual(['the folder', textOf(intent('a-1')), textOf(intent('a-1'), intent('a-2'))])
  })

  it('takes the end of a line that a process died in for nothing, and writes on behind what is whole', async () => {
    const whole = textOf(intent('ä-1'))
    const half = Buffer.from(lineOf(intent('ä-2'))).subarray(0, 30)
    writeFileSync(path, Buffer.concat([Buffer.from(whole), half]))
    expect(await ids()).toEqual(['ä-1'])
    journalAt().append(intent('c-1'))
    expect(await ids()).toEqual(['ä-1', 'c-1'])
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('ä-1'), intent('c-1')))
  })

  it('reads lines that are longer than what is read at once', async () => {
    const long = intent('a'.repeat(200_000))
    writeFileSync(path, textOf(intent('a-1'), long, settled('a-1'), long))
    expect(await loaded()).toEqual([intent('a-1'), long, settled('a-1'), long])
  })

  it('throws where there can be no such file', () => {
    expect(() => fileJournal(join(directory, 'nowhere', 'orders.jsonl')).append(intent('a-1'))).toThrow(
      'ENOENT',
    )
    mkdirSync(path)
    for (const act of [() => journalAt().load(), () => journalAt().append(intent('a-1'))]) {
      expect(act).toThrow(CTraderError)
      expect(act).toThrow(`${path} is not a regular file`)
    }
    expect(readdirSync(directory)).toEqual(['orders.jsonl'])
  })

  it('does not wait at a pipe for a writer', () => {
    execFileSync('mkfifo', [path])
    for (const act of [() => journalAt().load(), () => journalAt().append(intent('a-1'))])
      expect(act).toThrow(`${path} is not a regular file`)
  })

  it('says what it does not know, and why it cannot read', () => {
    expect(() => fileJournal(path, { wran: warn } as object)).toThrow(
      'wran is an unknown option; expected one of warn',
    )
    writeFileSync(path, '')
    jest.spyOn(fs, 'readSync').mockImplementation(() => {
      throw new Error('EIO: i/o error')
    })
    expect(() => journalAt().load()).toThrow(`${path} cannot be read: EIO`)
  })
})

describe('a line of a journal that cannot be read', () => {
  it.each([
    ['no JSON', '{"state":"inten{}'],
    ['bytes that are none', '\u0000\u0000\uFFFD'],
    ['null', 'null'],
    ['of no state', '{"id":"a-1","accountId":1}'],
    ['intended without what', '{"state":"intended","id":"a-1","accountId":1,"payloadType":2108}'],
    ['settled without how', '{"state":"settled","id":"a-1","accountId":1}'],
    ['of no account', '{"state":"settled","id":"a-1","outcome":"filled"}'],
    ['without an id', '{"state":"settled","accountId":1,"outcome":"filled"}'],
  ])('is told once, stays where it is, and keeps no other from being loaded: %s (C2)', async (_, line) => {
    const text = `${lineOf(settled('a-1'))}${line}\n${lineOf(intent('a-2'))}`
    writeFileSync(path, text)
    expect(await ids()).toEqual(['a-1', 'a-2'])
    expect(await ids()).toEqual(['a-1', 'a-2'])
    expect(warnings).toEqual([
      expect.stringMatching(/orders\.jsonl cannot be read in line 2\. It may have been an order/),
    ])
    journalAt().append(intent('a-3'))
    expect(readFileSync(path, 'utf8')).toBe(`${text}${lineOf(intent('a-3'))}`)
    expect(await ids()).toEqual(['a-1', 'a-2', 'a-3'])
    expect(warnings).toHaveLength(1)
  })

  it('is told again when there are more of them (C2)', async () => {
    writeFileSync(path, `x\n${lineOf(intent('a-1'))}`)
    await loaded()
    appendFileSync(path, 'y\n')
    expect(await ids()).toEqual(['a-1'])
    expect(warnings).toEqual([
      expect.stringContaining('in line 1.'),
      expect.stringContaining('in line 1 and 1 more.'),
    ])
  })

  it('is told on the console when nothing else is said (C2)', async () => {
    const onConsole = jest.spyOn(console, 'warn').mockImplementation()
    writeFileSync(path, 'x\n')
    await loaded(fileJournal(path))
    expect(onConsole.mock.calls).toEqual([[expect.stringContaining('line 1')]])
  })

  it('has no entries where it is empty (C2)', async () => {
    writeFileSync(path, `\n${lineOf(intent('a-1'))}\n\n${lineOf(intent('a-2'))}`)
    expect(await ids()).toEqual(['a-1', 'a-2'])
    expect(warnings).toEqual([])
  })

  it('is skipped where only its newline is missing: its order may have been sent (C2)', async () => {
    writeFileSync(path, textOf(intent('a-1'), intent('a-2')).trimEnd())
    expect(await ids()).toEqual(['a-1', 'a-2'])
    journalAt().append(intent('a-3'))
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('a-1'), intent('a-2'), intent('a-3')))
  })

  it('is of no interest at the end, where a power cut has left zeros', async () => {
    writeFileSync(path, `${lineOf(intent('a-1'))}${'\0'.repeat(300)}`)
    expect(await ids()).toEqual(['a-1'])
    expect(warnings).toEqual([])
  })
})

describe('several journals of one file', () => {
  it('share one descriptor, however many there are, by any link (C3)', async () => {
    const link = join(directory, 'link.jsonl')
    symlinkSync('orders.jsonl', link)
    const opened: unknown[] = []
    const { openSync } = fs
    jest.spyOn(fs, 'openSync').mockImplementation((file, flags, mode) => {
      if (flags === 'a+') opened.push(file)
      return openSync(file, flags, mode)
    })
    for (let i = 0; i < 50; i += 1) {
      fileJournal(path).append(intent(`a-${i}`))
      fileJournal(link).append(settled(`a-${i}`))
    }
    expect(opened).toEqual([fs.realpathSync(path)])
    expect(await loaded()).toHaveLength(100)
    expect(readdirSync(directory).sort()).toEqual(['link.jsonl', 'orders.jsonl', 'orders.jsonl.lock'])
  })

  it('are one, so that a program may make one for each order (C3)', () => {
    expect(fileJournal(path, { warn })).toBe(journalAt())
    expect(fileJournal(`${path}.other`, { warn })).not.toBe(journalAt())
    expect(fileJournal(path, { warn: () => undefined })).not.toBe(journalAt())
  })

  it('are of the folder in which the program was when it named the file', () => {
    const before = process.cwd()
    process.chdir(directory)
    const journal = fileJournal('orders.jsonl')
    process.chdir(before)
    journal.append(intent('a-1'))
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('a-1')))
  })
})

describe('a journal on a disk that fails', () => {
  it.each([
    ['in the middle of a line', 'writeFileSync', (file: number) => fs.writeSync(file, '{"state":')],
    ['before it is safe', 'fsyncSync', () => undefined],
  ] as const)('throws, and has no part of the entry in it: %s', async (_, name, before) => {
    const journal = journalAt()
    journal.append(intent('a-1'))
    jest.spyOn(fs, name as 'fsyncSync').mockImplementationOnce((file: unknown) => {
      before(file as number)
      throw new Error('ENOSPC: no space left')
    })
    expect(() => journal.append(intent('a-2'))).toThrow('ENOSPC')
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('a-1')))
    journal.append(intent('a-3'))
    expect(await ids()).toEqual(['a-1', 'a-3'])
    expect(warnings).toEqual([])
  })

  it('is whole again when it can be written, also where nothing could be cut off', async () => {
    const journal = journalAt()
    journal.append(intent('a-1'))
    jest.spyOn(fs, 'writeFileSync').mockImplementationOnce(file => {
      fs.writeSync(file as number, '{"state":')
      throw new Error('ENOSPC: no space left')
    })
    jest.spyOn(fs, 'ftruncateSync').mockImplementationOnce(() => {
      throw new Error('EIO: i/o error')
    })
    expect(() => journal.append(intent('a-2'))).toThrow('EIO')
    journal.append(intent('a-3'))
    expect(readFileSync(path, 'utf8')).toBe(textOf(intent('a-1'), intent('a-3')))
    expect(await ids()).toEqual(['a-1', 'a-3'])
  })
})

describe('a journal that others lay hands on', () => {
  const arrange = (): Journal => {
    const journal = journalAt()
    for (const entry of [intent('a-1'), intent('a-2'), settled('a-1')]) journal.append(entry)
    return journal
  }
  const rotated = (): void => {
    renameSync(path, `${path}.1`)
  }

  it.each([
    ['renamed', rotated],
    [
      'renamed, and there is an empty one',
      () => {
        rotated()
        writeFileSync(path, '')
      },
    ],
    [
      'deleted',
      () => {
        rmSync(path)
      },
    ],
    [
      'truncated',
      () => {
        truncateSync(path)
      },
    ],
    [
      'overwritten by something as long',
      () => {
        const { size } = statSync(path)
        writeFileSync(path, '\n'.repeat(size))
      },
    ],
  ])('has what is open in it before the next order leaves: %s (C5)', async (_, change) => {
    const journal = arrange()
    change()
    journal.append(intent('a-3'))
    expect(await ids()).toEqual(['a-2', 'a-3'])
    expect(readFileSync(path, 'utf8').trim()).toBe(textOf(intent('a-2'), intent('a-3')).trim())
    expect(warnings).toEqual([expect.stringMatching(/orders\.jsonl was moved, deleted or changed/)])
    journal.append(settled('a-2'))
    expect(await ids()).toEqual(['a-2', 'a-3', 'a-2'])
    expect(warnings).toHaveLength(1)
  })

  it('keeps what it finds in their place (C5)', async () => {
    const journal = arrange()
    rotated()
    writeFileSync(path, textOf(intent('b-1', 11), settled('a-2')))
    journal.append(intent('a-3'))
    expect(await loaded()).toEqual([intent('b-1', 11), settled('a-2'), intent('a-3')])
  })

  it('sends no order while its open orders cannot be written again, and loses no order (C5)', async () => {
    const journal = arrange()
    rotated()
    jest.spyOn(fs, 'writeFileSync').mockImplementationOnce(() => {
      throw new Error('ENOSPC: no space left')
    })
    expect(() => journal.append(intent('a-3'))).toThrow('ENOSPC')
    expect(await ids()).toEqual([])
    journal.append(intent('a-4'))
    expect(await ids()).toEqual(['a-2', 'a-4'])
  })

  it('takes no more orders when another program writes to it, too (C4)', async () => {
    const journal = arrange()
    appendFileSync(path, lineOf(intent('b-1')))
    for (let i = 0; i < 2; i += 1)
      expect(() => journal.append(intent('a-3'))).toThrow(
        `${path} has been written to by another program: it is for one process at a time`,
      )
    expect(await ids()).toEqual(['a-1', 'a-2', 'a-1', 'b-1'])
  })

  it('is taken again where its lock has been deleted (C4)', () => {
    const journal = arrange()
    rmSync(`${path}.lock`, { recursive: true })
    journal.append(intent('a-3'))
    expect(readdirSync(directory).sort()).toEqual(['orders.jsonl', 'orders.jsonl.lock'])
    expect(warnings).toEqual([])
  })
})

describe('a long journal', () => {
  /** Of so many orders that have ended, whose entries have so many bytes. */
  const ended = (orders: number, bytes: number): string => {
    const lines: string[] = []
    for (let i = 0; i < orders; i += 1) {
      const id = `e-${i}`.padEnd(bytes, '-')
      lines.push(textOf(intent(id), settled(id)))
    }
    return lines.join('')
  }
  /** 5 MiB */
  const long = ended(600, 4_200)

  it('is written anew without what has ended, as an order ends, and keeps all else (C5)', async () => {
    const others = `no JSON\n${textOf(intent('o-1', 11), { ...intent('o-1'), id: 'o-2' })}`
    writeFileSync(path, `${long}${others}${lineOf(intent('a-1'))}`)
    const journal = journalAt()
    const before = statSync(path).size
    journal.append(intent('a-2'))
    expect(statSync(path).size).toBeGreaterThan(before)
    journal.append(settled('a-1'))
    expect(readFileSync(path, 'utf8')).toBe(`${others}${lineOf(intent('a-2'))}`)
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(readdirSync(directory).sort()).toEqual(['orders.jsonl', 'orders.jsonl.lock'])
    journal.append(settled('o-2'))
    expect(await ids()).toEqual(['o-1', 'o-2', 'a-2', 'o-2'])
    expect(warnings).toEqual([expect.stringContaining('in line 1.')])
  })

  it('loads what is open, where it cannot be as short (C5)', async () => {
    writeFileSync(path, textOf(intent('a-1')) + ended(12_000, 8) + textOf(intent('a-2')))
    const all = await loaded()
    expect(all.length).toBeLessThan(21_000)
    expect(all.filter(({ id }) => id.startsWith('a')).map(({ id }) => id)).toEqual(['a-1', 'a-2'])
  })

  it.each(['fsyncSync', 'renameSync', 'openSync'] as const)(
    'is as it was where that fails, and takes more entries: %s (C5)',
    name => {
      writeFileSync(path, long)
      const journal = journalAt()
      journal.append(intent('a-1'))
      const was: (...args: never[]) => unknown = fs[name]
      jest.spyOn(fs, name as 'fsyncSync').mockImplementation((...args: unknown[]) => {
        const isNew =
          typeof args[0] === 'number'
            ? fs.fstatSync(args[0]).ino !== statSync(path).ino
            : String(args[0]).endsWith('.new')
        if (isNew) throw new Error('ENOSPC: no space left')
        return was(...(args as never[]))
      })
      journal.append(settled('a-1'))
      expect(readFileSync(path, 'utf8')).toBe(long + textOf(intent('a-1'), settled('a-1')))
      expect(readdirSync(directory).sort()).toEqual(['orders.jsonl', 'orders.jsonl.lock'])
      expect(warnings).toEqual([`${path} could not be compacted: ENOSPC: no space left`])
      journal.append(intent('a-2'))
      journal.append(settled('a-2'))
      expect(warnings).toHaveLength(1)
      expect(readFileSync(path, 'utf8').endsWith(textOf(intent('a-2'), settled('a-2')))).toBe(true)
    },
  )
})
