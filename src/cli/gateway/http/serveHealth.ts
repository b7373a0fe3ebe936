import { firstValueFrom, map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Owners } from '../../../gateway'
import { healthAnswer } from '../../../node/gateway/health'
import { startHttpServer } from './httpServer'

const ended = { status: 503, body: { error: 'The owner has ended' } }

/** Serves `/health` of a process without browsers. Emits its address. */
export const serveHealth = (
  owners: Pick<Owners, 'health$'>,
  place: { readonly port: number; readonly host?: string | undefined },
): Observable<{ readonly url: string }> =>
  startHttpServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/health') {
      response.writeHead(404).end()
      return
    }
    void firstValueFrom(healthAnswer(owners), { defaultValue: ended }).then(({ body, status }) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(`${JSON.stringify(body)}\n`)
    })
  }, place).pipe(map(origin => ({ url: `${origin}/health` })))
