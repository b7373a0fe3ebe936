import tls from 'node:tls'
import { CTraderConnection } from '@reiryoku/ctrader-layer'

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

const VARINT = 0
const BYTES = 2
const key = (field: number, wireType: number): number[] => varint((field << 3) | wireType)
const whole = (field: number, value: number): number[] => [...key(field, VARINT), ...varint(value)]

/** The numbers of the fields of a spot event in the official .proto. */
const spotFields = { ctidTraderAccountId: 2, symbolId: 3, bid: 4, ask: 5, timestamp: 8 }

/** A spot event in protobuf, in its envelope, behind its length: as it comes through their port. */
const spotFrame = (payload: Readonly<Record<string, number>>): Buffer => {
  const spot = Object.entries(spotFields).flatMap(([name, field]) => whole(field, payload[name] ?? 0))
  const message = [...whole(1, 2131), ...key(2, BYTES), ...varint(spot.length), ...spot]
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  return Buffer.concat([length, Buffer.from(message)])
}

/**
 * A connection of that library with a listener to spot events. The result hands it a spot event as its socket would:
 * everything from there to the listener is its own code. It opens no socket, because it gets a fake one.
 */
export const createLayer = (
  payload: Readonly<Record<string, number>>,
  listener: (descriptor: Readonly<Record<string, unknown>>) => void,
): (() => void) => {
  let receive: (chunk: Buffer) => void = () => undefined
  const socket = {
    on: (event: string, handler: (chunk: Buffer) => void) => {
      if (event === 'data') receive = handler
    },
  }
  const { connect } = tls
  Object.assign(tls, { connect: () => socket })
  const connection = new CTraderConnection({ host: 'localhost', port: 5035 })
  void connection.open()
  Object.assign(tls, { connect })
  connection.on('ProtoOASpotEvent', event => {
    listener(event.descriptor)
  })
  const frame = spotFrame(payload)
  return () => {
    receive(frame)
  }
}
