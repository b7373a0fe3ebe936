import { NEVER, Subject } from 'rxjs'
import type { Socket } from 'rx-ctrader'
import { createWire, tapSocket } from '../../src/connection/wire'
import type { WireEvent } from '../../src/connection/wire'

const torn = new Error('torn')

interface Line {
  readonly socket$: Subject<Socket>
  readonly sent: string[]
  readonly open: () => void
}

const lineOf = (): Line => {
  const socket$ = new Subject<Socket>()
  const sent: string[] = []
  return {
    socket$,
    sent,
    open: () => {
      socket$.next({ frame$: NEVER, send: text => sent.push(text) })
    },
  }
}

describe('who listens to a wire', () => {
  it('learns of a line that is opened, of what is sent on it, and that its client closes it, once each', () => {
    const wire = createWire()
    const events: WireEvent[] = []
    wire.event$.subscribe(event => events.push(event))
    const line = lineOf()
    const sockets: Socket[] = []
    expect(wire.isOpen).toBe(false)

    const using = tapSocket(() => line.socket$, wire)().subscribe(socket => sockets.push(socket))
    expect(wire.isOpen).toBe(false)
    line.open()
    expect(wire.isOpen).toBe(true)
    sockets[0]?.send('hello')
    using.unsubscribe()

    expect(wire.isOpen).toBe(false)
    expect(line.sent).toEqual(['hello'])
    expect(events).toEqual([
      { kind: 'connecting' },
      { kind: 'opened' },
      { kind: 'sent', text: 'hello' },
      { kind: 'closed' },
    ])
  })

  it.each([
    ['breaks', (line: Line) => line.socket$.error(torn), { kind: 'lost', cause: torn }],
    ['is closed by the server', (line: Line) => line.socket$.complete(), { kind: 'lost' }],
  ])('learns once that a line %s', (_, end, lost) => {
    const wire = createWire()
    const events: WireEvent[] = []
    wire.event$.subscribe(event => events.push(event))
    const line = lineOf()
    tapSocket(() => line.socket$, wire)().subscribe({ error: () => undefined })
    line.open()
    end(line)
    expect(events).toEqual([{ kind: 'connecting' }, { kind: 'opened' }, lost])
    expect(wire.isOpen).toBe(false)
  })

  it('who comes late learns only of what is sent from then on', () => {
    const wire = createWire()
    const line = lineOf()
    const sockets: Socket[] = []
    tapSocket(() => line.socket$, wire)().subscribe(socket => sockets.push(socket))
    line.open()
    sockets[0]?.send('before')
    const events: WireEvent[] = []
    wire.event$.subscribe(event => events.push(event))
    sockets[0]?.send('after')
    expect(line.sent).toEqual(['before', 'after'])
    expect(events).toEqual([{ kind: 'sent', text: 'after' }])
  })
})
