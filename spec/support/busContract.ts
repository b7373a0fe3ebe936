import {
  NEVER,
  asyncScheduler,
  bufferTime,
  catchError,
  concat,
  concatMap,
  defer,
  delay,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  range,
  take,
  tap,
  takeUntil,
  timer,
  toArray,
} from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import type { Bus, BusError, Packet } from 'rx-ctrader/gateway'

/** What any bus does. Each connection is that of a process of its own. */
export interface BusScenario {
  readonly title: string
  readonly play: (connect: () => Bus) => Observable<unknown>
  /** What it emits. */
  readonly expected: readonly unknown[]
}

/** A subscription is in force a while after it was made, in ms. */
const SETTLED = 100

const bodies = (bus: Bus, subject: string): Observable<string> =>
  bus.on(subject).pipe(mergeMap((packet: Packet) => (packet.kind === 'message' ? [packet.body] : [])))

const reason = (error: unknown): Observable<string> => of((error as BusError).reason)

/** Acts when all that was subscribed to before is in force. */
const later = <T>(act: () => ObservableInput<T>): Observable<T> => timer(SETTLED).pipe(concatMap(act))

const act = (what: () => void): Observable<never> =>
  later(() => {
    what()
    return NEVER
  })

export const busContract: readonly BusScenario[] = [
  {
    title: 'carries texts of any length, in their order',
    play: connect => {
      const sender = connect()
      const listener = connect()
      const long = '€1'.repeat(800_000)
      return merge(
        listener.serve('long', body => of(`${body} ${long}`)),
        bodies(listener, 'texts').pipe(map(({ length }) => length)),
        act(() => {
          for (const text of ['a', long, '=b', '+', long + long, '']) sender.publish('texts', text)
        }),
        later(() =>
          sender.ask('long', 'asked', 10_000).pipe(
            delay(1_000),
            map(text => text === `asked ${long}`),
          ),
        ),
      ).pipe(take(7))
    },
    expected: [1, 1_600_000, 2, 1, 3_200_000, 0, true],
  },
  {
    title: 'gives a message to all who listen to its subject, by name or by pattern',
    play: connect => {
      const sender = connect()
      const listener = connect()
      return merge(
        ...['a.1.x', 'a.*.x', 'a.>', '>', 'a.*', 'a.2.x', 'a.1.x.>'].map(subject =>
          merge(bodies(sender, subject), bodies(listener, subject)).pipe(map(body => `${subject} ${body}`)),
        ),
        act(() => {
          sender.publish('a.1.x', 'hello')
        }),
      ).pipe(
        bufferTime(3 * SETTLED),
        take(1),
        map(all => all.sort()),
      )
    },
    expected: [
      [
        '> hello',
        '> hello',
        'a.*.x hello',
        'a.*.x hello',
        'a.1.x hello',
        'a.1.x hello',
        'a.> hello',
        'a.> hello',
      ].sort(),
    ],
  },
  {
    title: 'says on which subject a message came, and keeps any text',
    play: connect => {
      const bus = connect()
      return merge(
        bus.on('text.*'),
        act(() => {
          bus.publish('text.7', '{"ü":"€ 🙂"}\n')
        }),
      ).pipe(take(1))
    },
    expected: [{ kind: 'message', subject: 'text.7', body: '{"ü":"€ 🙂"}\n' }],
  },
  {
    title: 'keeps the order of many messages',
    play: connect => {
      const sender = connect()
      return merge(
        bodies(connect(), 'many.*'),
        act(() => {
          for (let i = 0; i < 2_000; i += 1) sender.publish(`many.${i % 3}`, String(i))
        }),
      ).pipe(
        take(2_000),
        toArray(),
        map(all => all.every((body, index) => body === String(index))),
      )
    },
    expected: [true],
  },
  {
    title: 'gives an answer after the messages that were sent before it, and before those after it',
    play: connect => {
      const owner = connect()
      const edge = connect()
      return merge(
        bodies(edge, 'news'),
        owner.serve('question', (body, subject) => {
          owner.publish('news', 'before')
          // Not in this turn, so that the answer has left.
          asyncScheduler.schedule(() => {
            owner.publish('news', 'after')
          }, 1)
          return of(`${subject}: ${body}!`)
        }),
        later(() => edge.ask('question', 'ready', 1_000)),
      ).pipe(take(3))
    },
    expected: ['before', 'question: ready!', 'after'],
  },
  {
    title: 'gives each request to one of several that serve its subject',
    play: connect => {
      const asker = connect()
      let served = 0
      const serve = (): Observable<never> =>
        connect().serve('work.*', body => {
          served += 1
          return of(body)
        })
      return merge(
        serve(),
        serve(),
        serve(),
        later(() =>
          range(0, 50).pipe(
            mergeMap(i => asker.ask(`work.${i}`, String(i), 1_000)),
            toArray(),
            map(answers => [answers.length, served]),
          ),
        ),
      ).pipe(take(1))
    },
    expected: [[50, 50]],
  },
  {
    title: 'says at once that a request is not served, before one does and after it has left',
    play: connect => {
      const asker = connect()
      const server = connect()
      const ask = (): Observable<string> => asker.ask('now', '', 60_000).pipe(catchError(reason))
      const serving = (): Observable<string> =>
        merge(
          server.serve('now', () => of('served')),
          later(ask),
        ).pipe(take(1))
      return concat(ask(), serving(), later(ask))
    },
    expected: ['Unserved', 'served', 'Unserved'],
  },
  {
    title: 'says that a request may have been received where there is no answer in time',
    play: connect =>
      merge(
        connect().serve('silent', () => NEVER),
        later(() => connect().ask('silent', '', 100).pipe(catchError(reason))),
      ).pipe(take(1)),
    expected: ['Unanswered'],
  },
  {
    title: 'takes no more requests and messages when unsubscribed',
    play: connect => {
      const bus = connect()
      const sender = connect()
      return concat(
        merge(
          bodies(bus, 'short'),
          act(() => {
            sender.publish('short', 'first')
          }),
        ).pipe(take(1)),
        merge(
          bodies(bus, 'long'),
          act(() => {
            sender.publish('short', 'second')
            sender.publish('long', 'last')
          }),
        ).pipe(take(1)),
      )
    },
    expected: ['first', 'last'],
  },
  {
    title: 'can be used from the beginning',
    play: connect => connect().state$.pipe(take(1)),
    expected: ['up'],
  },
  {
    title: 'keeps the texts of a log in their order, for all to read',
    play: connect => {
      const log = connect().log('demo.7')
      const append = (text: string, after: number): Observable<number> => log.append(text, after)
      return append('one', 0).pipe(
        concatMap(first => append('two', first)),
        concatMap(second => append('three', second)),
        concatMap(() => connect().log('demo.7').read()),
        map(({ text }) => text),
      )
    },
    expected: ['one', 'two', 'three'],
  },
  {
    title: 'numbers the entries of a log, and refuses one that comes after another than the last',
    play: connect => {
      const one = connect().log('demo.8')
      const other = connect().log('demo.8')
      return one.append('one', 0).pipe(
        concatMap(first =>
          concat(
            other.append('two', first).pipe(map(second => second > first)),
            one.append('three', first).pipe(catchError(reason)),
            one.append('three', 0).pipe(catchError(reason)),
            one.read(first).pipe(map(({ text }) => text)),
            one.read().pipe(
              map(({ seq, text }) => [seq >= first, text]),
              toArray(),
            ),
          ),
        ),
      )
    },
    expected: [
      true,
      'Fenced',
      'Fenced',
      'two',
      [
        [true, 'one'],
        [true, 'two'],
      ],
    ],
  },
  {
    title: 'removes the first entries of a log alone, and goes on behind the last',
    play: connect => {
      const log = connect().log('demo.9')
      const other = connect().log('demo.10')
      return concat(
        other.append('other', 0).pipe(ignoreElements()),
        log.append('one', 0).pipe(
          concatMap(first => log.append('two', first)),
          concatMap(second => log.append('three', second)),
          tap(third => log.trim?.(third)),
          delay(SETTLED),
          concatMap(third => log.append('four', third)),
          concatMap(() => connect().log('demo.9').read()),
          map(({ text }) => text),
          toArray(),
        ),
        other.read().pipe(map(({ text }) => text)),
      )
    },
    expected: [['three', 'four'], 'other'],
  },
  {
    title: 'keeps logs apart, also those with unusual names',
    play: connect => {
      const bus = connect()
      const names = ['a', 'a b', 'a/b', 'ü', 'a.b', 'A']
      return concat(
        ...names.map(name => bus.log(name).append(name, 0).pipe(ignoreElements())),
        ...names.map(name =>
          bus
            .log(name)
            .read()
            .pipe(
              map(({ text }) => text),
              toArray(),
            ),
        ),
        bus.log('other').read(),
      )
    },
    expected: [['a'], ['a b'], ['a/b'], ['ü'], ['a.b'], ['A']],
  },
  {
    title: 'gives a lease to one at a time, and at once to the next when it is given back',
    play: connect => {
      const won: string[] = []
      const epochs: number[] = []
      const hold = (name: string, ms: number, wait = 0): Observable<never> =>
        connect()
          .lease('demo one', { ttl: 1_000, delay: wait })
          .pipe(
            tap(({ epoch, isSure }) => {
              won.push(`${name} ${String(isSure())}`)
              epochs.push(epoch)
            }),
            ignoreElements(),
            takeUntil(timer(ms)),
          )
      return merge(
        hold('first', 1_500),
        timer(400).pipe(concatMap(() => hold('second', 1_900))),
        timer(400).pipe(concatMap(() => hold('third', 3_000, 200))),
        timer(1_450).pipe(map(() => [...won])),
        timer(2_000).pipe(map(() => [...won])),
        timer(3_200).pipe(map(() => [[...won], epochs.every((epoch, i) => epoch > (epochs[i - 1] ?? 0))])),
      ).pipe(take(3))
    },
    expected: [
      ['first true'],
      ['first true', 'second true'],
      [['first true', 'second true', 'third true'], true],
    ],
  },
  {
    title: 'says of a lease that is given back that it is not sure any more',
    play: connect =>
      defer(() => {
        const bus = connect()
        return bus.lease('short', { ttl: 1_000 }).pipe(take(1))
      }).pipe(
        delay(10),
        mergeMap(({ isSure, lost$ }) => lost$.pipe(map(() => isSure()))),
      ),
    expected: [false],
  },
  {
    title: 'gives leases of other names to others',
    play: connect =>
      merge(...['demo-1', 'demo-2'].map(key => connect().lease(key, { ttl: 1_000 }))).pipe(
        filter(({ isSure }) => isSure()),
        take(2),
        toArray(),
        map(leases => leases.length),
      ),
    expected: [2],
  },
]
