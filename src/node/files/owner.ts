import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'

/** A process as others can recognise it: in another container or on another machine the same number is another process. */
export interface Owner {
  readonly pid: number
  readonly thread: number
  readonly host: string
  /** Linux only: which start of the machine, which numbering of its processes, and when this one was started. */
  readonly boot?: string
  readonly namespace?: string
  readonly started?: string
  /** Of this one claim. */
  readonly claim: string
}

const attempt = (read: () => string): string | undefined => {
  try {
    return read().trim()
  } catch {
    return undefined
  }
}

/** State and start of a process, which follow its name in parentheses. */
const statusOf = (pid: number | 'self'): readonly string[] => {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const STATE = 0
const STARTED = 19

/** This process, for one claim more. */
export const thisProcess = (): Owner => {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'))
  const started = statusOf('self')[STARTED]
  return {
    pid: process.pid,
    thread: threadId,
    host: hostname(),
    ...(boot !== undefined && { boot }),
    ...(namespace !== undefined && { namespace }),
    ...(started !== undefined && { started }),
    claim: randomUUID(),
  }
}

/** Whether the number of the other process means the same here. */
const isComparable = (one: Owner, other: Owner): boolean =>
  one.host === other.host && one.boot === other.boot && one.namespace === other.namespace

/** Whether it is this very process, as where a program has two copies of this package. */
export const isThisProcess = (owner: Owner): boolean => {
  const me = thisProcess()
  return (
    isComparable(owner, me) &&
    owner.pid === me.pid &&
    owner.thread === me.thread &&
    owner.started === me.started
  )
}

/** Whether a process lives. `unknown` of one elsewhere, and where its number may have been given to another one since. */
export const lifeOf = (owner: Owner): 'alive' | 'dead' | 'unknown' => {
  if (!isComparable(owner, thisProcess())) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead'
  }
  if (owner.started === undefined) return 'unknown'
  const status = statusOf(owner.pid)
  if (status[STARTED] === undefined) return 'unknown'
  // A zombie has ended, and its parent has not asked for it.
  return status[STARTED] === owner.started && status[STATE] !== 'Z' ? 'alive' : 'dead'
}

/** The owner that a text names, if it is one. */
export const ownerIn = (text: string | undefined): Owner | undefined => {
  try {
    const owner = JSON.parse(text ?? '') as Partial<Owner> | null
    return Number.isSafeInteger(owner?.pid) && typeof owner?.host === 'string' ? (owner as Owner) : undefined
  } catch {
    return undefined
  }
}
