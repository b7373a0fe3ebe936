import type { JetStreamClient, JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { DiscardPolicy, StorageType } from '@nats-io/jetstream'

/** The name and the subjects of a stream. */
export interface StreamOptions {
  readonly stream: string
  /** All of its subjects begin with this. */
  readonly subject: string
  readonly replicas: number
}

/** Finds a stream that is kept in files, or makes it. */
export const openStream = async (
  js: JetStreamClient,
  { stream, subject, replicas }: StreamOptions,
  config: Partial<StreamConfig> = {},
): Promise<JetStreamManager> => {
  const manager = await js.jetstreamManager()
  try {
    await manager.streams.info(stream)
  } catch {
    await manager.streams.add({
      name: stream,
      subjects: [`${subject}.>`],
      storage: StorageType.File,
      num_replicas: replicas,
      // What is full takes nothing more: it does not forget.
      discard: DiscardPolicy.New,
      ...config,
    })
  }
  return manager
}
