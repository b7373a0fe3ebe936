/** A table of values by letters. */
type Values = Readonly<Record<string, unknown>>

/** Notes what a scenario draws, and whether it had an effect: a test with a drawing that does nothing tests nothing. */
export interface Effects {
  /** Notes the letters of a table that are drawn. All of its letters must be, in this or another diagram. */
  readonly draw: (what: string, values: unknown, letters: Iterable<string>) => void
  /** Notes the letters of a table that are expected. */
  readonly expect: (values: unknown, letters: Iterable<string>) => void
  /** Notes something that had no effect. */
  readonly report: (text: string) => void
  /** Notes something that must have had an effect by the end of the scenario. */
  readonly require: (hadEffect: () => boolean, text: string) => void
  /** Everything without an effect. */
  readonly missing: () => readonly string[]
}

interface Table {
  /** The first diagram that draws it. */
  what?: string
  readonly unused: Set<string>
}

const isTable = (values: unknown): values is Values => typeof values === 'object' && values !== null

const unusedText = ({ what, unused }: Table): readonly string[] => {
  if (what === undefined || unused.size === 0) return []
  const letters = [...unused].map(letter => `'${letter}'`).join(', ')
  return [
    `${what}: ${letters} ${unused.size === 1 ? 'has a value and is' : 'have values and are'} in no diagram`,
  ]
}

/** With `isStrict` false, nothing has to have an effect. */
export const createEffects = (isStrict: boolean): Effects => {
  const tables = new Map<Values, Table>()
  const reported: string[] = []
  const required: (() => readonly string[])[] = []
  const use = (values: unknown, letters: Iterable<string>): Table | undefined => {
    // A frozen table is shared by many scenarios, and each may need a part of it.
    if (!isTable(values) || Object.isFrozen(values)) return undefined
    const table = tables.get(values) ?? { unused: new Set(Object.keys(values)) }
    tables.set(values, table)
    for (const letter of letters) table.unused.delete(letter)
    return table
  }
  return {
    draw: (what, values, letters) => {
      const table = use(values, letters)
      if (table) table.what ??= what
    },
    expect: use,
    report: text => {
      reported.push(text)
    },
    require: (hadEffect, text) => {
      required.push(() => (hadEffect() ? [] : [text]))
    },
    missing: () =>
      isStrict
        ? [...reported, ...required.flatMap(check => check()), ...[...tables.values()].flatMap(unusedText)]
        : [],
  }
}
