/**
 * Sizes by price, sorted, as an immutable balanced tree. A change makes a new tree that shares everything except
 * the path to the change. So the old tree stays valid, and the cost is that of the path.
 */
export interface Ladder {
  readonly price: number
  readonly size: number
  readonly levels: number
  readonly below: Ladder | undefined
  readonly above: Ladder | undefined
}

type MaybeEmpty = Ladder | undefined

/** How much heavier one side may be, and how much heavier its inner part may be for one rotation to be enough. */
const BALANCE = 3
const INNER = 2

const weightOf = (ladder: MaybeEmpty): number => (ladder?.levels ?? 0) + 1

const joined = (
  below: MaybeEmpty,
  { price, size }: Pick<Ladder, 'price' | 'size'>,
  above: MaybeEmpty,
): Ladder => ({
  price,
  size,
  levels: weightOf(below) + weightOf(above) - 1,
  below,
  above,
})

/** The same, if one side has at most one level more or less than a balanced ladder. */
const balanced = (below: MaybeEmpty, middle: Ladder, above: MaybeEmpty): Ladder => {
  if (above && weightOf(above) > BALANCE * weightOf(below)) {
    const inner = above.below
    return inner && weightOf(inner) >= INNER * weightOf(above.above)
      ? joined(joined(below, middle, inner.below), inner, joined(inner.above, above, above.above))
      : joined(joined(below, middle, inner), above, above.above)
  }
  if (below && weightOf(below) > BALANCE * weightOf(above)) {
    const inner = below.above
    return inner && weightOf(inner) >= INNER * weightOf(below.below)
      ? joined(joined(below.below, below, inner.below), inner, joined(inner.above, middle, above))
      : joined(below.below, below, joined(inner, middle, above))
  }
  return joined(below, middle, above)
}

/** The level with the lowest price. */
export const lowest = (ladder: Ladder): Ladder => (ladder.below ? lowest(ladder.below) : ladder)

const withoutLowest = (ladder: Ladder): MaybeEmpty =>
  ladder.below ? balanced(withoutLowest(ladder.below), ladder, ladder.above) : ladder.above

const merged = (below: MaybeEmpty, above: MaybeEmpty): MaybeEmpty =>
  below && above ? balanced(below, lowest(above), withoutLowest(above)) : (below ?? above)

/** Changes the size at a price. A level with size 0 is removed. */
export const resizeLevel = (ladder: MaybeEmpty, price: number, by: number): MaybeEmpty => {
  if (!ladder) return joined(undefined, { price, size: by }, undefined)
  const { below, above } = ladder
  if (price < ladder.price) return balanced(resizeLevel(below, price, by), ladder, above)
  if (price > ladder.price) return balanced(below, ladder, resizeLevel(above, price, by))
  const size = ladder.size + by
  return size > 0 ? joined(below, { price, size }, above) : merged(below, above)
}

/** From the lowest price to the highest. */
export const forEachLevel = (ladder: MaybeEmpty, act: (price: number, size: number) => void): void => {
  if (!ladder) return
  forEachLevel(ladder.below, act)
  act(ladder.price, ladder.size)
  forEachLevel(ladder.above, act)
}
