import { EMPTY, Subscription, catchError, map, of } from 'rxjs'
import type { Observable } from 'rxjs'
import { isRefusedAs } from '../../protocol/errorCodes'
import { createClient } from '../../session/client'
import type { Environment } from '../../errorFields'
import type { Journal } from '../../orders/model/journal'
import type { AppCredentials } from '../../session/authentication/auth'
import type { Log } from '../../session/logging/log'
import type { Connect } from '../../transport/socket'
import { omitUndefined } from '../../util/omitUndefined'
import type { Bus } from '../bus/bus'
import { readBody } from '../bus/messages'
import type { OwnerAnswer, OwnerNotice, OwnerRequest } from '../bus/messages'
import { subjectAccount, subjects } from '../bus/subjects'
import { isGrantLost, notAuthorized, toRefusal } from '../model/refusals'
import { grantedAccounts } from './grantedAccounts'
import type { GrantedAccounts } from './grantedAccounts'
import { createGrantKeeper } from './grants'
import type { Grants } from './grants'
import { createTextCache } from './history'
import { pickLine } from './pickLine'
import type { OwnedLine } from './pickLine'
import { serveAccount } from './servedAccount'
import type { Served } from './servedAccount'

/** One line to cTrader. */
export interface LineOptions {
  /** A name for logs and `health$`, such as `demo-1`. */
  readonly name: string
  readonly environment: Environment
  /** How to open it, instead of a WebSocket to cTrader's host. */
  readonly connect?: Connect
}

export interface OwnerOptions {
  readonly application: AppCredentials
  readonly lines: readonly LineOptions[]
  readonly grants: Grants
  readonly journal: (accountId: number) => Journal
  readonly feedOf: (account: { readonly accountId: number }) => string | undefined
  readonly log: Log
  readonly random: () => number
}

/** How much closed history is kept, in characters: about 64 MB. */
const HISTORY_CAPACITY = 32 * 1024 * 1024

/** Holds the lines to cTrader and the accounts on them, and serves the edges, while subscribed to `run$`. */
export const createOwners = (bus: Bus, options: OwnerOptions) => {
  const { application, feedOf, grants, journal, log, random } = options
  const keeper = createGrantKeeper(grants, log)
  const history = createTextCache(HISTORY_CAPACITY)
  const served = new Map<string, Served>()
  let stamp = 0
  const nextStamp = (): number => (stamp += 1)

  const lines: readonly OwnedLine[] = options.lines.map(({ name, environment, connect }) => ({
    name,
    environment,
    client: createClient({
      ...application,
      feedOf,
      log,
      random,
      ...(connect ? { connect, environment } : { environment }),
    }),
    accounts: () => [...served.values()].filter(({ line }) => line.name === name).length,
  }))

  const serve = (environment: Environment, accountId: number, grantId: string): Served | undefined => {
    const line = pickLine(lines, environment, grantId)
    const context = { bus, feedOf, grant: keeper.grant, history, journal, log, nextStamp }
    return line && serveAccount(line, { accountId, grantId }, context)
  }
  const close = (key: string): void => {
    served.get(key)?.close()
    served.delete(key)
  }
  const open = (key: string, environment: Environment, accountId: number, grantId: string) => {
    const known = served.get(key)
    if (known?.grantId === grantId) return known
    close(key)
    const account = serve(environment, accountId, grantId)
    if (account) served.set(key, account)
    return account
  }

  const refused = (error: unknown): Observable<OwnerAnswer> =>
    of({ kind: 'refused', refusal: toRefusal(error) })

  const answerOpen = (
    key: string,
    { edges, owned, grantId }: Served,
    edge: string,
  ): Observable<OwnerAnswer> => {
    edges.add(edge)
    return owned.ready().pipe(
      map(() => ({ kind: 'done', stamp: nextStamp() }) as const),
      catchError((error: unknown) => {
        // There may be other tokens by now: the next attempt loads them.
        if (isRefusedAs(error, 'badToken') || isGrantLost(error)) {
          keeper.forget(grantId)
          close(key)
        }
        return refused(error)
      }),
    )
  }
  const answer = (
    environment: Environment,
    accountId: number,
    request: OwnerRequest,
  ): Observable<OwnerAnswer> => {
    const key = `${environment} ${accountId}`
    const account =
      request.kind === 'open' ? open(key, environment, accountId, request.grantId) : served.get(key)
    if (account?.grantId !== request.grantId) return of({ kind: 'refused', refusal: notAuthorized })
    switch (request.kind) {
      case 'open':
        return answerOpen(key, account, request.edge)
      case 'query':
        return account.ask(request).pipe(
          map(payload => ({ kind: 'done', payload }) as const),
          catchError(refused),
        )
      case 'command':
        return account.commands.run(request)
      case 'subscribe':
        return account.prices.subscribe(request.edge, request.key).pipe(
          map(snapshot => ({ kind: 'done', ...omitUndefined({ snapshot }) }) as const),
          catchError(refused),
        )
    }
  }
  const take = (environment: Environment, accountId: number, notice: OwnerNotice): void => {
    const key = `${environment} ${accountId}`
    const account = served.get(key)
    // An edge may take its leave of a former grant when the account is open by another.
    if (account?.grantId !== notice.grantId) return
    if (notice.kind === 'withdraw') account.commands.withdraw(notice.id)
    else if (notice.kind === 'release') account.prices.release(notice.edge, notice.key)
    else {
      account.prices.releaseAll(notice.edge)
      account.edges.delete(notice.edge)
      if (account.edges.size === 0) close(key)
    }
  }

  const run = (): Subscription => {
    const running = new Subscription()
    for (const environment of new Set(lines.map(line => line.environment))) {
      running.add(
        bus
          .serve(subjects.requests(environment, '*'), (body, subject) =>
            answer(environment, subjectAccount(subject), readBody(body) as OwnerRequest).pipe(
              map(answered => JSON.stringify(answered)),
            ),
          )
          .subscribe(),
      )
      running.add(
        bus.on(subjects.notices(environment, '*')).subscribe(packet => {
          if (packet.kind === 'message')
            take(environment, subjectAccount(packet.subject), readBody(packet.body) as OwnerNotice)
        }),
      )
    }
    running.add(() => {
      for (const key of [...served.keys()]) close(key)
    })
    return running
  }

  const asking = (accessToken: string): Observable<GrantedAccounts> => {
    const [first] = lines
    return first ? grantedAccounts(first.client, accessToken) : EMPTY
  }
  return { run, lines, grantedAccounts: asking }
}
