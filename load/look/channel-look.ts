import type { Channel } from '../results'

/** How a channel is told apart, by colour, by stroke and by shape, in text, tables and charts alike. */
export interface ChannelLook {
  readonly name: string
  /** A custom property of the styles. */
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: 'circle' | 'square' | 'triangle'
}

export const CHANNEL_LOOKS: Readonly<Record<Channel, ChannelLook>> = {
  sync: { name: 'Synchronous', color: '--sync', dash: [], marker: 'circle' },
  kafka: { name: 'Kafka', color: '--kafka', dash: [9, 4], marker: 'square' },
  rabbitmq: { name: 'RabbitMQ', color: '--rabbitmq', dash: [2, 4], marker: 'triangle' },
}

export function channelName(channel: Channel): string {
  return CHANNEL_LOOKS[channel].name
}
