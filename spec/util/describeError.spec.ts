import { CTraderError } from 'rx-ctrader'
import { describeError } from '../../src/util/describeError'

describe('what is logged of an error', () => {
  it('is its kind and where it was made, and nothing of its text', () => {
    const error = Object.assign(new Error('SECRET\n    and SECRET'), { code: 'ENOSPC' })
    expect(describeError(error)).toMatchObject({ name: 'Error', code: 'ENOSPC' })
    expect(describeError(error)['frames']).toContainEqual(expect.stringContaining('describeError.spec.ts'))
    expect(JSON.stringify(describeError(error))).not.toContain('SECRET')
  })

  it('is the reason of an error of this library, and the code of a refusal', () => {
    const error = new CTraderError({
      reason: 'Refused',
      errorCode: 'CH_ACCESS_TOKEN_INVALID',
      description: 'SECRET',
      payloadType: 2149,
    } as never)
    expect(describeError(error)).toMatchObject({ reason: 'Refused', errorCode: 'CH_ACCESS_TOKEN_INVALID' })
  })

  it.each([['SECRET'], [undefined], [{ name: 7, stack: 7, message: 'SECRET' }]])(
    'is nothing of %j',
    thrown => {
      expect(JSON.stringify(describeError(thrown))).toBe('{}')
    },
  )
})
