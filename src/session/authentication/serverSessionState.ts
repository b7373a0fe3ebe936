/**
 * What is known of an account's session on one link:
 *
 * - `loggedOut`: the server does not serve the account
 * - `authenticated`: it does
 * - `loggingOut`: a logout was sent, and its outcome is not known yet
 * - `inDoubt`: a logout was sent, and its outcome is not known, but the session is not used any more
 */
export type SessionStatus = 'loggedOut' | 'authenticated' | 'loggingOut' | 'inDoubt'

/** The status, and which messages of a logout may still come: its answer (2163), and its event (2164). */
export interface SessionState {
  readonly status: SessionStatus
  readonly isAnswerDue: boolean
  readonly isEventDue: boolean
}

/**
 * What happens to a session:
 *
 * - `authenticatedNow`, `authenticatedBefore`: an authentication succeeded; `Before`: the server had the session still
 * - `logoutSent`, `logoutRefused`: our request, and an answer that the server serves the account still
 * - `accountUnknown`: the server refused the logout, because it does not serve the account
 * - `logoutUnanswered`: we no longer wait for the outcome of a logout
 * - `logoutAnswer`, `disconnectEvent`: 2163 and 2164, of a logout of ours or not
 * - `ended`: the server has ended the session
 */
export type SessionInput =
  | 'authenticatedNow'
  | 'authenticatedBefore'
  | 'logoutSent'
  | 'logoutRefused'
  | 'accountUnknown'
  | 'logoutUnanswered'
  | 'logoutAnswer'
  | 'disconnectEvent'
  | 'ended'

/**
 * What follows:
 *
 * - `confirmLogout`: the subscriptions of the account on the server are gone
 * - `reportDoubt`: the next authentication shows whether the session is still there
 * - `end`: the session is over, against our will
 * - `verify`: a request shows whether the session is still there
 */
export type SessionEffect = 'confirmLogout' | 'reportDoubt' | 'end' | 'verify'

/** A state, and what follows from having come to it. */
export interface Transition {
  readonly state: SessionState
  readonly effect?: SessionEffect
}

export const initialSession: SessionState = { status: 'loggedOut', isAnswerDue: false, isEventDue: false }

type Rule = readonly [status: SessionStatus, effect?: SessionEffect]

/** A rule for each status. */
type Rules = Readonly<Record<SessionStatus, Rule>>

/** A message of our logout. It may be older than the authentication after it, or may end that session. */
const ofOurLogout: Rules = {
  loggedOut: ['loggedOut'],
  authenticated: ['authenticated', 'verify'],
  loggingOut: ['loggedOut', 'confirmLogout'],
  inDoubt: ['loggedOut', 'confirmLogout'],
}

/** The server ended the session. The outcome of a logout that is under way stays open. */
const ended: Rules = {
  loggedOut: ['loggedOut', 'end'],
  authenticated: ['loggedOut', 'end'],
  loggingOut: ['inDoubt', 'end'],
  inDoubt: ['inDoubt', 'end'],
}

/** A logout that the user has requested ends a session only where there is one. */
const ofOtherLogout: Rules = { ...ended, loggedOut: ['loggedOut'], inDoubt: ['inDoubt'] }

const always = (...rule: Rule): Rules => ({
  loggedOut: rule,
  authenticated: rule,
  loggingOut: rule,
  inDoubt: rule,
})

const rules = {
  // A new session shows that the logout before it has succeeded.
  authenticatedNow: {
    ...always('authenticated'),
    loggingOut: ['authenticated', 'confirmLogout'],
    inDoubt: ['authenticated', 'confirmLogout'],
  },
  authenticatedBefore: always('authenticated'),
  logoutSent: always('loggingOut'),
  logoutRefused: {
    loggedOut: ['loggedOut'],
    authenticated: ['authenticated'],
    loggingOut: ['authenticated'],
    inDoubt: ['loggedOut'],
  },
  accountUnknown: always('loggedOut', 'confirmLogout'),
  logoutUnanswered: {
    loggedOut: ['loggedOut'],
    authenticated: ['authenticated'],
    loggingOut: ['inDoubt', 'reportDoubt'],
    inDoubt: ['inDoubt', 'reportDoubt'],
  },
  ended,
} satisfies Partial<Record<SessionInput, Rules>>

type Due = Omit<SessionState, 'status'>

const bothDue: Due = { isAnswerDue: true, isEventDue: true }
const nothingDue: Due = { isAnswerDue: false, isEventDue: false }

/** Whether the account counts as authenticated. */
export const isInUse = ({ status }: SessionState): boolean =>
  status === 'authenticated' || status === 'loggingOut'

const rulesOf = (state: SessionState, input: SessionInput): Rules => {
  if (input === 'logoutAnswer') return state.isAnswerDue ? ofOurLogout : ofOtherLogout
  if (input === 'disconnectEvent') return state.isEventDue ? ofOurLogout : ended
  return rules[input]
}

const dueAfter = (state: SessionState, input: SessionInput): Due => {
  const { isAnswerDue, isEventDue } = state
  if (input === 'logoutSent') return bothDue
  if (input === 'logoutRefused' || input === 'accountUnknown') return nothingDue
  if (input === 'disconnectEvent') return { isAnswerDue, isEventDue: false }
  if (input !== 'logoutAnswer') return { isAnswerDue, isEventDue }
  // The event of another's logout follows its answer.
  return { isAnswerDue: false, isEventDue: isEventDue || (!isAnswerDue && isInUse(state)) }
}

/** The state after something happened, and what follows from it. */
export const nextSession = (state: SessionState, input: SessionInput): Transition => {
  const [status, effect] = rulesOf(state, input)[state.status]
  return { state: { status, ...dueAfter(state, input) }, ...(effect && { effect }) }
}
