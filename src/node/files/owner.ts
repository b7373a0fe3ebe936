import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'
import { parseJson } from '../../util/parseJson'
import { omitUndefined } from '../../util/omitUndefined'

/**
 * A process, so that others can recognise it. In another container or on another machine, the same process id is
 * another process.
 */
export interface Owner {
  readonly pid: number
  readonly thread: number
  readonly host: string
  /** Linux only: the boot of the machine, the namespace of process ids, and the start time of the process. */
  readonly boot?: string
  readonly namespace?: string
  readonly started?: string
  /** The id of this claim. */
  readonly claim: string
}

const attempt = (read: () => string): string | undefined => {
  try {
    return read().trim()
  } catch {
    return undefined
  }
}

/** State and start time of a process. They follow its name, which is in parentheses. */
const statusOf = (pid: number | 'self'): readonly string[] => {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const STATE = 0
const STARTED = 19

/** This process, with a new claim. */
export const thisProcess = (): Owner => {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'))
  const started = statusOf('self')[STARTED]
  return {
    pid: process.pid,
    thread: threadId,
    host: hostname(),
    ...omitUndefined({ boot, namespace, started }),
    claim: randomUUID(),
  }
}

/** Whether the other's process id has the same meaning here. */
const isComparable = (one: Owner, other: Owner): boolean =>
  one.host === other.host && one.boot === other.boot && one.namespace === other.namespace

/** Whether it is this very process, for a program with two copies of this package. */
export const isThisProcess = (owner: Owner): boolean => {
  const me = thisProcess()
  return (
    isComparable(owner, me) &&
    owner.pid === me.pid &&
    owner.thread === me.thread &&
    owner.started === me.started
  )
}

/** Whether a process is alive. `unknown` for a process elsewhere, and if its id may have been reused. */
export const processLife = (owner: Owner): 'alive' | 'dead' | 'unknown' => {
  if (!isComparable(owner, thisProcess())) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: the process belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead'
  }
  if (owner.started === undefined) return 'unknown'
  const status = statusOf(owner.pid)
  if (status[STARTED] === undefined) return 'unknown'
  // A zombie has ended, but its parent has not read its exit code yet.
  return status[STARTED] === owner.started && status[STATE] !== 'Z' ? 'alive' : 'dead'
}

/** The owner in a text, if there is one. */
export const parseOwner = (text: string | undefined): Owner | undefined => {
  const owner = parseJson(text ?? '') as Partial<Owner> | null | undefined
  return Number.isSafeInteger(owner?.pid) && typeof owner?.host === 'string' ? (owner as Owner) : undefined
}
