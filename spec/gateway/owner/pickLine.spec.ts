import { pickLine, lineSlots } from '../../../src/gateway/owner/lines/pickLine'

const line = (name: string, environment: 'demo' | 'live' = 'demo') => ({ name, environment })
const slots = Array.from({ length: 64 }, (_, slot) => slot)

describe('the line of a slot', () => {
  it('is of its environment, and always the same', () => {
    const lines = [line('a'), line('b'), line('c', 'live')]
    expect(pickLine<ReturnType<typeof line>>([], 'demo', 7)).toBeUndefined()
    expect(pickLine([line('c', 'live')], 'demo', 7)).toBeUndefined()
    for (const slot of slots) {
      const picked = pickLine(lines, 'demo', slot)
      expect(picked?.environment).toBe('demo')
      expect(pickLine([...lines].reverse(), 'demo', slot)).toBe(picked)
    }
  })

  it('gives each line its part, and moves few slots to a new line', () => {
    const lines = [line('a'), line('b')]
    const before = slots.map(slot => pickLine(lines, 'demo', slot)?.name)
    const after = slots.map(slot => pickLine([...lines, line('c')], 'demo', slot)?.name)
    expect(before.filter(name => name === 'a').length).toBeGreaterThan(20)
    expect(before.filter(name => name === 'b').length).toBeGreaterThan(20)
    const moved = after.filter((name, i) => name !== before[i])
    expect(new Set(moved)).toEqual(new Set(['c']))
    expect(moved.length).toBeLessThan(32)
  })

  it('has all slots of an environment on its lines, each on one', () => {
    const lines = [line('a'), line('b'), line('c', 'live'), ...'defghi'.split('').map(name => line(name))]
    const ofDemo = lines.filter(({ environment }) => environment === 'demo')
    expect(ofDemo.flatMap(one => lineSlots(lines, one)).sort((a, b) => a - b)).toEqual(slots)
    for (const one of ofDemo) expect(lineSlots(lines, one).length).toBeGreaterThan(2)
    expect(lineSlots(lines, lines[2] ?? line('c'))).toEqual(slots)
  })
})
