import { asyncScheduler, defer, finalize, map, tap } from 'rxjs'
import { PayloadType } from 'rx-ctrader'
import type { Connect } from 'rx-ctrader'
import type { RawFrame } from './rawClient'
import type { WholeProcess } from './wholeProcess'

/** A refresh token that has left. */
interface Sending {
  readonly id: string | undefined
  readonly token: string
  readonly process: WholeProcess
  readonly at: number
  isAnswered: boolean
  /** The line was lost before the answer. */
  isLost: boolean
}

/** An answer that has not come by then, in ms, will not come. */
const SILENT_AFTER = 1_000

/**
 * Watches the lines of all processes from outside of them, to see what becomes of refresh tokens. `isKept` looks whether
 * the store still has one.
 */
export const renewalRecords = (isKept: (refreshToken: string) => boolean) => {
  const sendings: Sending[] = []
  const sentTwice: string[] = []
  const authenticatedBy = new Map<number, string>()
  /** No process can have the answer. */
  const isInVain = ({ process, isLost }: Sending): boolean => isLost || process.isDead()

  const watchLine =
    (process: WholeProcess, connect: Connect, onSent: () => void): Connect =>
    () =>
      defer(() => {
        const own: Sending[] = []
        const lose = (mustBeSilent: boolean): void => {
          for (const one of own)
            if (!one.isAnswered && (!mustBeSilent || asyncScheduler.now() - one.at > SILENT_AFTER))
              one.isLost = true
        }
        const onSend = ({ payloadType, clientMsgId, payload = {} }: RawFrame): void => {
          if (payloadType === PayloadType.PROTO_OA_ACCOUNT_AUTH_REQ)
            authenticatedBy.set(payload['ctidTraderAccountId'] as number, payload['accessToken'] as string)
          if (payloadType !== PayloadType.PROTO_OA_REFRESH_TOKEN_REQ) return
          const token = payload['refreshToken'] as string
          const before = sendings.filter(one => one.token === token)
          if (before.length > 0 && !(before.some(isInVain) && isKept(token))) sentTwice.push(token)
          const sending = {
            id: clientMsgId,
            token,
            process,
            at: asyncScheduler.now(),
            isAnswered: false,
            isLost: false,
          }
          sendings.push(sending)
          own.push(sending)
          onSent()
        }
        return connect().pipe(
          tap({
            error: () => {
              lose(false)
            },
            complete: () => {
              lose(false)
            },
          }),
          // A process gives up a line that is silent. But it must wait for an answer that is about to come.
          finalize(() => {
            if (!process.isDead()) lose(true)
          }),
          map(({ frame$, send }) => ({
            frame$: frame$.pipe(
              tap(text => {
                const { payloadType, clientMsgId } = JSON.parse(text) as RawFrame
                if (payloadType === PayloadType.PROTO_OA_REFRESH_TOKEN_RES)
                  for (const one of own) one.isAnswered ||= one.id === clientMsgId
              }),
            ),
            send: (text: string) => {
              onSend(JSON.parse(text) as RawFrame)
              send(text)
            },
          })),
        )
      })

  return {
    watchLine,
    /**
     * The refresh tokens that have left again, though the first answer was not lost. It is lost if the process has died
     * before it has saved the pair, or if the line was lost before the answer.
     */
    sentTwice,
    /** The access token with which an account was authenticated last. */
    authenticatedBy: authenticatedBy as ReadonlyMap<number, string>,
    /** Whether a new pair may be lost: the store has the old one, and no process can have the answer to it. */
    isLost: (token: string): boolean =>
      isKept(token) && sendings.some(one => one.token === token && isInVain(one)),
    /** Whether a process has sent a refresh token, and not saved the new pair. */
    isRenewing: (process: WholeProcess): boolean =>
      sendings.some(one => one.process === process && isKept(one.token)),
    count: (): number => sendings.length,
    /** When the last one has left, in ms. */
    lastAt: (): number => sendings.at(-1)?.at ?? 0,
  }
}
