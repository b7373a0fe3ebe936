/** The server behind a gateway that is killed, the traders in front of it, and who kills it. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom, from } from 'rxjs'
import { fileJournal } from 'rx-ctrader/node'
import { checkJournals, countCommands } from './countedBroker'
import { cancelWaiting, createBroker, directory, random, runDrill, wanted } from './drill'
import { killProgram, startReady } from './program'
import { createTraders } from './tradersOfGateway'

const accountIds = [11, 12]
/** No death begins later, in ms. */
const LONGEST = 240_000
/** Long enough to find out all that the last death left. */
const SETTLED_WITHIN = 40_000

const broker = createBroker(accountIds)
const { received, watched } = countCommands(broker)

/** A gateway that listens. */
const startGateway = (server: string, port: string) =>
  startReady('gateway', [
    ...['--url', server, '--port', port, '--directory', directory],
    ...['--accounts', accountIds.join()],
  ])

runDrill(watched, `${wanted} kills of a gateway`, async server => {
  const begun = Date.now()
  let gateway = await startGateway(server, '0')
  const url = gateway.said
  const { port } = new URL(url)
  const traders = createTraders(broker, accountIds)
  const trading = traders.map(({ open }) => open(url))
  let killed = 0
  for (; killed < wanted && Date.now() - begun < LONGEST; killed += 1) {
    await pause(1_000 + random() * 1_500)
    if (random() < 0.2) broker.fault({ kind: 'drop', on: { accountId: accountIds[killed % 2] ?? NaN } })
    await killProgram(gateway)
    gateway = await startGateway(server, port)
  }
  await pause(2_000)
  const silent = traders.flatMap(({ silences }) => silences())
  await Promise.all(trading.map(killProgram))
  for (const accountId of accountIds) cancelWaiting(broker, accountId)
  const last = traders.map(({ open }) => open(url, '--onlyRecover'))
  await Promise.race([Promise.all(last.map(({ gone }) => gone)), pause(SETTLED_WITHIN)])
  await Promise.all(last.map(killProgram))
  await killProgram(gateway)

  const results = await Promise.all(traders.map(({ result }) => result()))
  const journals = await Promise.all(
    accountIds.map(id => firstValueFrom(from(fileJournal(join(directory, `gateway-${id}.jsonl`)).load()))),
  )
  const { doubled, late, orders, unknown, unsent, unwritten } = checkJournals(journals, received)
  const wrong = results.flatMap(one => one.wrong)
  console.log(`kills of the gateway    ${killed} in ${Math.round((Date.now() - begun) / 1_000)} s`)
  console.log(`orders of the traders   ${results.reduce((total, one) => total + one.orders, 0)}`)
  console.log(`  in its journals       ${orders}`)
  console.log(`  received              ${received.size}`)
  console.log(`  written, never sent   ${unsent}`)
  console.log(`  received twice        ${doubled.length}`)
  console.log(`  received, not written ${unwritten.length}`)
  console.log(`  late after notSent    ${late.length}`)
  console.log(`  unknown to it         ${unknown.length}`)
  console.log(`  wrong for the traders ${wrong.length}`)
  const few = received.size < 2 * killed ? [`only ${received.size} orders`] : []
  return [...doubled, ...unwritten, ...late, ...unknown, ...wrong, ...silent, ...few]
})
