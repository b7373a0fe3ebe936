import { NEVER, Subject, map, of, throwError, timer } from 'rxjs'
import { busError } from 'rx-ctrader/gateway'
import type { Bus } from 'rx-ctrader/gateway'
import { createEdgeAccount } from '../../../src/gateway/edge/accounts/edgeAccount'
import { inVirtualTime } from '../../support/virtualTime'

const account = { accountId: 7, environment: 'demo', grantId: 'ann' } as const
const command = { kind: 'command', user: 'ann', payloadType: 2106, payload: {}, id: 'o' } as never
const query = { kind: 'query', user: 'ann', payloadType: 2121, payload: {}, since: 0 } as never

/** A bus that answers in one way, and on which packets can be sent. */
const busWith = (ask: Bus['ask']) => {
  const packet$ = new Subject<never>()
  const published: string[] = []
  const bus: Bus = {
    state$: of('up'),
    publish: (_, body) => {
      published.push(body)
    },
    on: () => packet$,
    ask,
    serve: () => NEVER,
    lease: () => NEVER,
    log: () => ({ read: () => NEVER, append: () => NEVER }),
  }
  return { bus, packet$, published }
}

describe('an account at the edge', () => {
  it.each([
    ['Unanswered', command, { kind: 'inDoubt' }],
    ['Unserved', command, { kind: 'refused', refusal: { errorCode: 'CH_SERVER_NOT_REACHABLE' } }],
    ['Down', command, { kind: 'refused', refusal: { errorCode: 'CH_SERVER_NOT_REACHABLE' } }],
    ['Unanswered', query, { kind: 'refused', refusal: { errorCode: 'CH_SERVER_NOT_REACHABLE' } }],
  ] as const)('has a request that is %s as it must be: %j', (reason, request, answer) => {
    inVirtualTime(({ at, watch }) => {
      const { bus } = busWith(() => throwError(() => busError(reason)))
      const asked = watch(
        createEdgeAccount(
          account,
          { bus, listen: bus.on, edge: 'e', linger: 0, isShared: false },
          () => undefined,
        ).ask(request),
      )
      at(10, () => {
        expect(asked.values[0]).toMatchObject(answer)
      })
    })
  })

  it('has one answer to its opening, also where that is the first of another owner', () => {
    inVirtualTime(({ at, watch }) => {
      let epoch = 1
      const { bus } = busWith(() =>
        timer(5).pipe(map(() => JSON.stringify({ kind: 'done', at: { epoch, seq: 4 } }))),
      )
      const edge = createEdgeAccount(
        account,
        { bus, listen: bus.on, edge: 'e', linger: 0, isShared: true },
        () => undefined,
      )
      watch(edge.open())
      at(10, () => {
        epoch = 2
        const opened = watch(edge.open())
        at(10_000, () => {
          expect(opened.values).toMatchObject([{ kind: 'done', at: { epoch: 2 } }])
          expect(opened.completed).toBe(true)
        })
      })
    })
  })

  it('ends for its listeners where the owner does not have it open, so that they open it again', () => {
    inVirtualTime(({ at, watch }) => {
      const { bus } = busWith(() => of(JSON.stringify({ kind: 'notOpen' })))
      const edge = createEdgeAccount(
        account,
        { bus, listen: bus.on, edge: 'e', linger: 0, isShared: false },
        () => undefined,
      )
      const lost: number[] = []
      edge.attach({ event: () => undefined, lost: () => lost.push(1) })
      const asked = watch(edge.ask(query))
      at(10, () => {
        expect(asked.values).toMatchObject([{ kind: 'refused', refusal: { errorCode: 'INVALID_REQUEST' } }])
        expect(lost).toHaveLength(1)
      })
    })
  })

  it.each([
    ['that waits for an owner', () => throwError(() => busError('Unserved'))],
    ['whose owner does not have it open', () => of(JSON.stringify({ kind: 'notOpen' }))],
  ] as const)('refuses a command %s before its listeners end, or they would be in doubt', (_, answer) => {
    inVirtualTime(({ at }) => {
      let asked = 0
      const { bus, packet$ } = busWith(() => {
        asked += 1
        return answer()
      })
      const edge = createEdgeAccount(
        account,
        { bus, listen: bus.on, edge: 'e', linger: 0, isShared: true },
        () => undefined,
      )
      const heard: unknown[] = []
      edge.attach({ event: () => undefined, lost: () => heard.push('lost') })
      edge.ask(command).subscribe(one => heard.push(one))
      at(300, () => {
        packet$.next({ kind: 'gap' } as never)
      })
      at(1_000, () => {
        expect(heard.slice(0, 2)).toMatchObject([
          { kind: 'refused', refusal: { errorCode: 'CH_SERVER_NOT_REACHABLE' } },
          'lost',
        ])
        expect(asked).toBeLessThan(3)
      })
    })
  })

  it('ends for its listeners where events may be missing, and is given up after the last has left', () => {
    inVirtualTime(({ at }) => {
      const { bus, packet$, published } = busWith(() => NEVER)
      let unused = 0
      const edge = createEdgeAccount(
        account,
        { bus, listen: bus.on, edge: 'e', linger: 1_000, isShared: false },
        () => (unused += 1),
      )
      const heard: unknown[] = []
      const listener = {
        event: (event: object) => heard.push(event),
        lost: () => heard.push('lost'),
      }
      const first = edge.attach(listener)
      const second = edge.attach({ ...listener })
      packet$.next({
        kind: 'message',
        subject: '',
        body: JSON.stringify({ kind: 'event', payload: {}, epoch: 0, seq: 1 }),
      } as never)
      packet$.next({ kind: 'gap' } as never)
      packet$.next({
        kind: 'message',
        subject: '',
        body: JSON.stringify({ kind: 'lost', epoch: 0, seq: 2 }),
      } as never)
      expect(heard).toEqual([
        { kind: 'event', payload: {} },
        { kind: 'event', payload: {} },
        'lost',
        'lost',
        'lost',
        'lost',
      ])
      first.unsubscribe()
      second.unsubscribe()
      at(500, () => {
        edge.attach(listener).unsubscribe()
      })
      at(1_400, () => {
        expect(unused).toBe(0)
      })
      at(1_600, () => {
        expect(unused).toBe(1)
        expect(published.map(body => JSON.parse(body) as object)).toEqual([
          { kind: 'close', edge: 'e', grantId: 'ann' },
        ])
      })
    })
  })
})
