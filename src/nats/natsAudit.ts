import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { catchError, concatMap, defer, ignoreElements, throwError } from 'rxjs'
import type { Observable } from 'rxjs'
import { busError } from '../gateway/bus/bus'
import type { AuditEntry } from '../gateway/edge/accounts/requests'
import { toBusError } from './connection/busErrors'
import { watchConnection } from './connection/connectionState'
import { warnOfOldServer } from './connection/serverVersion'
import { createNames } from './names'
import { readNatsOptions } from './natsOptions'
import type { NatsOptions } from './natsOptions'
import { lazily } from './store/lazily'
import { openStream } from './store/openStream'

/** A consent has several accounts or none. */
const pathOf = ({ accountId, environment }: Partial<AuditEntry>): string =>
  accountId === undefined || environment === undefined ? 'consent' : `${environment}.${accountId}`

/**
 * An audit at a NATS server, for the edges of several processes. Each entry is a message of the stream `CTRADER_AUDIT`,
 * with the subject `ctrader.v1.audit.<environment>.<accountId>`. A consent of `oauthRoutes` has the subject
 * `ctrader.v1.audit.consent`. If the stream is not there, it is made: in files, without an end.
 *
 * What it returns completes when the server has the entry. It errors as a bus does, and then the order does not leave. If
 * only the server's answer is lost, there may be an entry of an order that has not left.
 *
 * ```ts
 * const origins = ['https://app.example.com']
 * const edge = createEdge({ bus: natsBus(nc), audit: natsAudit(nc), origins, authenticate, entitle })
 * ```
 */
export const natsAudit = (
  nc: NatsConnection,
  options: NatsOptions = {},
): ((entry: object) => Observable<never>) => {
  const { prefix, replicas, log } = readNatsOptions(options)
  warnOfOldServer(nc, log)
  const names = createNames(prefix)
  const subject = names.subject('ctrader.v1.audit')
  const { isUp } = watchConnection(nc)
  const js = jetstream(nc)
  const stream$ = lazily(() => openStream(js, { stream: names.bucket('CTRADER_AUDIT'), subject, replicas }))
  return entry =>
    defer(() => (isUp() ? stream$ : throwError(() => busError('Down')))).pipe(
      concatMap(() => js.publish(`${subject}.${pathOf(entry)}`, JSON.stringify(entry))),
      ignoreElements(),
      catchError((error: unknown) => throwError(() => toBusError(error))),
    )
}
