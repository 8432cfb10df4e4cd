import { element, svgElement } from './elements'

export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

interface ChannelLook {
  readonly name: string
  /** Told apart by colour and by stroke. */
  readonly dash: string
}

export const CHANNEL_LOOKS: Readonly<Record<Channel, ChannelLook>> = {
  sync: { name: 'Synchronous', dash: '' },
  kafka: { name: 'Kafka', dash: '7 3' },
  rabbitmq: { name: 'RabbitMQ', dash: '2 3' },
}

/** The name of a channel behind a piece of its line. */
export function channelLabel(channel: Channel): HTMLElement {
  const { name, dash } = CHANNEL_LOOKS[channel]
  const line = svgElement('line', {
    x1: '0',
    y1: '6',
    x2: '22',
    y2: '6',
    class: `line ${channel}`,
    'stroke-dasharray': dash,
  })
  const swatch = svgElement('svg', { width: '22', height: '12', viewBox: '0 0 22 12', 'aria-hidden': 'true' }, line)
  return element('span', { class: 'channel' }, swatch, name)
}
