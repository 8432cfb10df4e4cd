import type { Channel, ChannelModel } from 'amqplib'
import { closeConnection, connectToAny, type RabbitMqAddresses } from './connect-rabbitmq'
import { SilenceWatch, watchable } from './silence-watch'

/**
 * Does the work on a channel of a connection of its own, and closes the connection afterwards. Rejects when the server
 * sends nothing for `timeoutMs`.
 */
export async function withChannel<Result>(
  addresses: RabbitMqAddresses,
  work: (channel: Channel, connection: ChannelModel) => Promise<Result>,
): Promise<Result> {
  const connection = await connectToAny(addresses)
  const silence = new SilenceWatch(watchable(connection), addresses.timeoutMs)
  try {
    return await silence.during(workOnChannel(connection, work))
  } finally {
    await closeConnection(connection)
  }
}

async function workOnChannel<Result>(
  connection: ChannelModel,
  work: (channel: Channel, connection: ChannelModel) => Promise<Result>,
): Promise<Result> {
  const channel = await connection.createChannel()
  // The call that fails throws the error too; without a listener, the event would end the process.
  channel.on('error', () => undefined)
  return work(channel, connection)
}
