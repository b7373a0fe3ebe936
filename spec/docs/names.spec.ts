import { exportedFunctions, isRiddle, riddles } from './names'

describe('the names of exported functions', () => {
  it('are no bare participles, and do not end with a preposition', () => {
    expect(riddles()).toEqual([])
  })
})

describe('the check of names', () => {
  it.each(['settled', 'tampering', 'candlesOn', 'linkOver', 'accountAt', 'runOf', 'periodIn', 'clockFor'])(
    'rejects %s',
    name => {
      expect(isRiddle(name)).toBe(true)
    },
  )

  it.each([
    'ticks',
    'pendingOrders',
    'openLink',
    'isIn',
    'passOn',
    'toPrice',
    'ticksBetween',
    'begin',
    'proof',
  ])('accepts %s', name => {
    expect(isRiddle(name)).toBe(false)
  })

  it('reads the functions that a source exports, but not its values, nor what is deprecated', () => {
    const source = [
      'export const one = (): number => 1',
      'export const two = oncePer(one)',
      'export function three() {}',
      'export const four = 4',
      'const five = () => 5',
      '/** @deprecated Its name is `one`. */',
      'export const six = () => 6',
    ].join('\n')

    expect(exportedFunctions(source)).toEqual(['one', 'two', 'three'])
  })
})
