export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

/** Colour, dash and marker each identify a channel, so that nobody depends on seeing colours. */
export interface ChannelLook {
  readonly name: string
  /** A custom property, defined in `styles/base.css`. */
  readonly color: string
  readonly dash: readonly number[]
  readonly marker: Marker
}

export type Marker = 'circle' | 'square' | 'triangle'

export const CHANNEL_LOOKS: Readonly<Record<Channel, ChannelLook>> = {
  sync: { name: 'Synchronous', color: '--sync', dash: [], marker: 'circle' },
  kafka: { name: 'Kafka', color: '--kafka', dash: [9, 4], marker: 'square' },
  rabbitmq: { name: 'RabbitMQ', color: '--rabbitmq', dash: [2, 4], marker: 'triangle' },
}

export function channelName(channel: Channel): string {
  return CHANNEL_LOOKS[channel].name
}

/** The mark before the name of a channel: a piece of its line with its marker, as SVG paths. */
export const CHANNEL_MARK = {
  width: 26,
  height: 12,
  line: 'M0 6H26',
  markers: {
    circle: 'M9.6 6a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0Z',
    square: 'M9.8 2.8h6.4v6.4H9.8Z',
    triangle: 'M13 1.8 17.2 9.2H8.8Z',
  },
} as const satisfies { readonly markers: Readonly<Record<Marker, string>> } & Readonly<Record<string, unknown>>
