import type { Client } from 'rx-ctrader'
import { pickLine } from '../../../src/gateway/owner/pickLine'

const line = (name: string, environment: 'demo' | 'live' = 'demo') => ({
  name,
  environment,
  client: {} as Client,
  accounts: () => 0,
})
const grants = Array.from({ length: 300 }, (_, i) => `grant-${i}`)

describe('the line of a grant', () => {
  it('is of its environment, and always the same', () => {
    const lines = [line('a'), line('b'), line('c', 'live')]
    expect(pickLine([], 'demo', 'x')).toBeUndefined()
    expect(pickLine([line('c', 'live')], 'demo', 'x')).toBeUndefined()
    for (const grant of grants) {
      const picked = pickLine(lines, 'demo', grant)
      expect(picked?.environment).toBe('demo')
      expect(pickLine([...lines].reverse(), 'demo', grant)).toBe(picked)
    }
  })

  it('gives each line its part, and moves few grants to a new line', () => {
    const lines = [line('a'), line('b')]
    const before = grants.map(grant => pickLine(lines, 'demo', grant)?.name)
    const after = grants.map(grant => pickLine([...lines, line('c')], 'demo', grant)?.name)
    expect(before.filter(name => name === 'a').length).toBeGreaterThan(90)
    expect(before.filter(name => name === 'b').length).toBeGreaterThan(90)
    const moved = after.filter((name, i) => name !== before[i])
    expect(new Set(moved)).toEqual(new Set(['c']))
    expect(moved.length).toBeLessThan(150)
  })
})
