import { Subscription } from 'rxjs'

/** Those who wait at subjects that begin alike. */
interface Branch<T> {
  readonly branches: Map<string, Branch<T>>
  /** Those of the subject that ends here. */
  readonly entries: Set<T>
}

/** Those who wait at subjects, or at patterns of them: `*` is one part of a subject, `>` at the end all that follow. */
export interface SubjectTree<T> {
  readonly add: (pattern: string, entry: T) => Subscription
  readonly find: (subject: string) => readonly T[]
}

const createBranch = <T>(): Branch<T> => ({ branches: new Map(), entries: new Set() })

const isEmpty = ({ branches, entries }: Branch<unknown>): boolean => branches.size === 0 && entries.size === 0

/** To find them takes no longer where there are thousands of others. */
export const createSubjectTree = <T>(): SubjectTree<T> => {
  const root = createBranch<T>()

  const remove = (branch: Branch<T>, parts: readonly string[], entry: T): void => {
    const [part, ...rest] = parts
    if (part === undefined) {
      branch.entries.delete(entry)
      return
    }
    const next = branch.branches.get(part)
    if (!next) return
    remove(next, rest, entry)
    if (isEmpty(next)) branch.branches.delete(part)
  }
  const collect = (branch: Branch<T> | undefined, parts: readonly string[], at: number, found: T[]): void => {
    if (!branch) return
    const { branches, entries } = branch
    const part = parts[at]
    if (part === undefined) {
      found.push(...entries)
      return
    }
    collect(branches.get(part), parts, at + 1, found)
    collect(branches.get('*'), parts, at + 1, found)
    found.push(...(branches.get('>')?.entries ?? []))
  }

  return {
    add: (pattern, entry) => {
      const parts = pattern.split('.')
      let branch = root
      for (const part of parts) {
        const next = branch.branches.get(part) ?? createBranch<T>()
        branch.branches.set(part, next)
        branch = next
      }
      branch.entries.add(entry)
      return new Subscription(() => {
        remove(root, parts, entry)
      })
    },
    find: subject => {
      const found: T[] = []
      collect(root, subject.split('.'), 0, found)
      return found
    },
  }
}
