import fc from 'fast-check'
import { initialSession, nextSession } from '../../../src/session/authentication/serverSessionState'
import type {
  SessionInput,
  SessionState,
  SessionStatus,
} from '../../../src/session/authentication/serverSessionState'

const statuses = ['loggedOut', 'authenticated', 'loggingOut', 'inDoubt'] as const

const inputs = [
  'authenticatedNow',
  'authenticatedBefore',
  'logoutSent',
  'logoutRefused',
  'accountUnknown',
  'logoutUnanswered',
  'logoutAnswer',
  'disconnectEvent',
  'ended',
] as const

const due = { isAnswerDue: true, isEventDue: true }
const notDue = { isAnswerDue: false, isEventDue: false }

/** The next status and its effect, for each status. */
const row = (input: SessionInput, late: typeof due): readonly string[] =>
  statuses.map(status => {
    const { state, effect } = nextSession({ status, ...late }, input)
    return [state.status, ...(effect ? [effect] : [])].join(' · ')
  })

const after = (...happened: readonly SessionInput[]): SessionState =>
  happened.reduce((state, input) => nextSession(state, input).state, initialSession)

describe('the state of a session on the server', () => {
  it.each([
    [
      'authenticatedNow',
      ['authenticated', 'authenticated', 'authenticated · confirmLogout', 'authenticated · confirmLogout'],
    ],
    ['authenticatedBefore', ['authenticated', 'authenticated', 'authenticated', 'authenticated']],
    ['logoutSent', ['loggingOut', 'loggingOut', 'loggingOut', 'loggingOut']],
    ['logoutRefused', ['loggedOut', 'authenticated', 'authenticated', 'loggedOut']],
    [
      'accountUnknown',
      [
        'loggedOut · confirmLogout',
        'loggedOut · confirmLogout',
        'loggedOut · confirmLogout',
        'loggedOut · confirmLogout',
      ],
    ],
    ['logoutUnanswered', ['loggedOut', 'authenticated', 'inDoubt · reportDoubt', 'inDoubt · reportDoubt']],
    ['ended', ['loggedOut · end', 'loggedOut · end', 'inDoubt · end', 'inDoubt · end']],
  ] as const)('goes on from each status by %s, also if messages of a logout may still come', (input, to) => {
    expect([row(input, notDue), row(input, due)]).toEqual([to, to])
  })

  it.each(['logoutAnswer', 'disconnectEvent'] as const)(
    'takes a %s that is due for the outcome of the logout, or asks what it means',
    input => {
      expect(row(input, due)).toEqual([
        'loggedOut',
        'authenticated · verify',
        'loggedOut · confirmLogout',
        'loggedOut · confirmLogout',
      ])
    },
  )

  it('ends by the answer to a logout of the user only where there is a session', () => {
    expect(row('logoutAnswer', notDue)).toEqual(['loggedOut', 'loggedOut · end', 'inDoubt · end', 'inDoubt'])
  })

  it('ends by an event that no logout has caused', () => {
    expect(row('disconnectEvent', notDue)).toEqual(row('ended', notDue))
  })

  it('expects the answer and the event of a logout once each, in either order', () => {
    const sent = ['authenticatedNow', 'logoutSent'] as const
    expect(after(...sent)).toEqual({ status: 'loggingOut', ...due })
    expect(after(...sent, 'logoutAnswer')).toMatchObject({ isAnswerDue: false, isEventDue: true })
    expect(after(...sent, 'disconnectEvent')).toMatchObject({ isAnswerDue: true, isEventDue: false })
    for (const both of [
      ['logoutAnswer', 'disconnectEvent'],
      ['disconnectEvent', 'logoutAnswer'],
    ] as const)
      expect(after(...sent, ...both)).toEqual({ status: 'loggedOut', ...notDue })
  })

  it('expects no message of a logout that was refused', () => {
    for (const refusal of ['logoutRefused', 'accountUnknown'] as const)
      expect(after('authenticatedNow', 'logoutSent', refusal)).toMatchObject(notDue)
  })

  it('expects the event after the answer to a logout of the user', () => {
    const { state, effect } = nextSession(after('authenticatedNow'), 'logoutAnswer')
    expect({ state, effect }).toEqual({
      state: { status: 'loggedOut', isAnswerDue: false, isEventDue: true },
      effect: 'end',
    })
    // The event does not end a session that began after the answer, unless a request shows that it is over.
    expect(
      nextSession(after('authenticatedNow', 'logoutAnswer', 'authenticatedNow'), 'disconnectEvent'),
    ).toEqual({ state: { status: 'authenticated', ...notDue }, effect: 'verify' })
  })

  it('keeps what is due through an authentication that overtakes the messages of a logout', () => {
    const late = after('authenticatedNow', 'logoutSent', 'logoutUnanswered', 'authenticatedBefore')
    expect(late).toEqual({ status: 'authenticated', ...due })
    expect(nextSession(late, 'logoutAnswer').effect).toBe('verify')
  })

  it('is as two flags would say: whether it is in use, and whether a logout is in doubt', () => {
    /** The same rules, written a second time as flags. */
    const flags = { isIn: false, isUnsure: false, isAnswerDue: false, isEventDue: false }
    type Flags = typeof flags
    const onLogout = (was: Flags): Flags => (was.isUnsure ? { ...was, isIn: false, isUnsure: false } : was)
    const apply: Readonly<Record<SessionInput, (was: Flags) => Flags>> = {
      authenticatedNow: was => ({ ...was, isIn: true, isUnsure: false }),
      authenticatedBefore: was => ({ ...was, isIn: true, isUnsure: false }),
      logoutSent: was => ({ ...was, isIn: true, isUnsure: true, ...due }),
      logoutRefused: was => ({ ...was, isUnsure: false, ...notDue }),
      accountUnknown: was => ({ ...was, isIn: false, isUnsure: false, ...notDue }),
      logoutUnanswered: was => (was.isUnsure ? { ...was, isIn: false } : was),
      logoutAnswer: was => {
        if (was.isAnswerDue) return onLogout({ ...was, isAnswerDue: false })
        return was.isIn ? { ...was, isEventDue: true, isIn: false } : was
      },
      disconnectEvent: was =>
        was.isEventDue ? onLogout({ ...was, isEventDue: false }) : { ...was, isIn: false },
      ended: was => ({ ...was, isIn: false }),
    }
    const statusOf = ({ isIn, isUnsure }: Flags): SessionStatus =>
      isUnsure ? (isIn ? 'loggingOut' : 'inDoubt') : isIn ? 'authenticated' : 'loggedOut'

    fc.assert(
      fc.property(fc.array(fc.constantFrom(...inputs), { maxLength: 12 }), happened => {
        const { isAnswerDue, isEventDue, ...rest } = happened.reduce((was, input) => apply[input](was), flags)
        expect(after(...happened)).toEqual({
          status: statusOf({ ...rest, isAnswerDue, isEventDue }),
          isAnswerDue,
          isEventDue,
        })
      }),
    )
  })
})
