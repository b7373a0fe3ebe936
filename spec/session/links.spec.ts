import { EMPTY, NEVER } from 'rxjs'
import type { Link } from 'rx-ctrader'
import { PayloadType } from 'rx-ctrader'
import { requestOver } from '../../src/session/links'
import type { Requesting } from '../../src/session/links'
import { inVirtualTime } from '../support/virtualTime'

const tuning = (trouble: () => string | undefined): Requesting => ({
  requestTimeout: 100,
  trouble,
})

describe('requestOver', () => {
  it('sends once, also when another link comes before the answer', () => {
    inVirtualTime(({ hot, watch, at }) => {
      const sent: string[] = []
      const linkNamed = (name: string): Link =>
        ({
          request: () => {
            sent.push(name)
            return NEVER
          },
        }) as unknown as Link
      const link$ = hot('-a-b-', { a: linkNamed('a'), b: linkNamed('b') })
      watch(
        requestOver(
          link$,
          tuning(() => undefined),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
        10,
      )
      at(9, () => {
        expect(sent).toEqual(['a'])
      })
    })
  })

  it('settles also when the links end before there was one', () => {
    inVirtualTime(({ watch }) => {
      const seen = watch(
        requestOver(
          EMPTY,
          tuning(() => undefined),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
      )
      expect(seen.completed).toBe(true)
    })
  })

  it('tells the trouble with the line when there was none in time', () => {
    inVirtualTime(({ watch, at }) => {
      const seen = watch(
        requestOver(
          NEVER,
          tuning(() => 'ECONNREFUSED'),
        )(PayloadType.PROTO_OA_VERSION_REQ, {}),
      )
      at(101, () => {
        expect(seen.error).toMatchObject({ reason: 'Timeout', sent: false, detail: 'ECONNREFUSED' })
        expect(String(seen.error)).toContain('no line for 2104 within 100 ms: ECONNREFUSED')
      })
    })
  })
})
