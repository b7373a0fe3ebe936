import { PayloadType } from 'rx-ctrader'
import { rawClient } from '../../support/rawClient'
import type { VirtualTime } from '../../support/virtualTime'
import { expectLively, expectSubscribed, isGrantLost, truthsNow } from './healed'
import { play } from './play'
import type { Schedule } from './schedule'
import { END, LOOK } from './times'

const { PROTO_OA_ERROR_RES, PROTO_OA_REFRESH_TOKEN_REQ } = PayloadType

/** Plays a schedule, and expects the session to be whole and true afterwards. */
export const heals = (schedule: Schedule, time: VirtualTime): void => {
  const { at } = time
  const session = play(schedule, time)
  const { broker } = session

  // What is so at one moment is known one latency later: between two ms, so that all of either ms has happened.
  at(LOOK + 0.25, () => {
    const expectTruths = truthsNow(session)
    at(schedule.latency + 0.25, () => {
      expectLively(session)
      expectSubscribed(session)
      expectTruths()
    })
  })
  at(LOOK + 1_000, () => {
    // Where a grant is said to be lost, the server does not take its last refresh token either.
    const lost = session.owned().filter(({ state }) => isGrantLost(state))
    for (const refreshToken of new Set(lost.map(({ accountId }) => session.refreshTokenOf(accountId)))) {
      const raw = rawClient(broker.connect)
      raw.send({ payloadType: PROTO_OA_REFRESH_TOKEN_REQ, clientMsgId: 'renewal', payload: { refreshToken } })
      at(1_000, () => {
        const answer = raw.frames().find(({ clientMsgId }) => clientMsgId === 'renewal')
        expect(answer).toMatchObject({ payloadType: PROTO_OA_ERROR_RES })
        raw.leave()
      })
    }
  })
  at(END + 5_000, () => {
    expect(broker.lines()).toEqual([])
    expect(session.broken).toEqual([])
  })
}
