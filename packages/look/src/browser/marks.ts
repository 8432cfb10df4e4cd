import { CHANNEL_LOOKS, CHANNEL_MARK, type Channel, type ChannelLook } from '../channels'
import { ICONS, type Tone } from '../icons'
import { element, svgElement } from './elements'

/** A piece of a line with its marker. */
export function lineMark({ color, dash = [], marker }: Pick<ChannelLook, 'color' | 'marker'> & Partial<ChannelLook>) {
  const { width, height, line, markers } = CHANNEL_MARK
  const mark = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width: `${width}`, height: `${height}`, 'aria-hidden': 'true', class: 'mark' },
    svgElement('path', { d: line, class: 'mark-line', 'stroke-dasharray': dash.join(' ') }),
    svgElement('path', { d: markers[marker], class: 'mark-marker' }),
  )
  // Set as a property: a content security policy without inline styles forbids the attribute.
  mark.style.color = `var(${color})`
  return mark
}

/** The name of a channel behind the mark that it has in every chart. */
export function channelLabel(channel: Channel, suffix = ''): HTMLElement {
  return element(
    'span',
    { class: 'channel' },
    lineMark(CHANNEL_LOOKS[channel]),
    `${CHANNEL_LOOKS[channel].name}${suffix}`,
  )
}

export function icon(tone: Tone): SVGSVGElement {
  const { shape, stroke } = ICONS[tone]
  return svgElement(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'data-tone': tone, 'aria-hidden': 'true' },
    svgElement('path', { d: shape, class: 'icon-shape' }),
    svgElement('path', { d: stroke }),
  )
}
