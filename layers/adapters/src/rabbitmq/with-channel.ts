import { type Channel, type ChannelModel, connect } from 'amqplib'

/** Does the work on a channel of a connection of its own, and closes the connection afterwards. */
export async function withChannel<Result>(
  { url, timeoutMs }: { readonly url: string; readonly timeoutMs?: number },
  work: (channel: Channel, connection: ChannelModel) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(url, timeoutMs === undefined ? {} : { timeout: timeoutMs })
  // The call that fails throws the error too; without listeners, the events would end the process.
  connection.on('error', ignore)
  try {
    const channel = await connection.createChannel()
    channel.on('error', ignore)
    return await work(channel, connection)
  } finally {
    await connection.close()
  }
}

const ignore = () => undefined
