import { CHANNEL_LOOKS, CHANNEL_MARK, type Channel } from '../channels'
import { ICONS, type Tone } from '../icons'
import { element, svgElement } from './elements'

/** The name of a channel behind the mark that it has in every chart. */
export function channelLabel(channel: Channel, suffix = ''): HTMLElement {
  const { name, color, dash, marker } = CHANNEL_LOOKS[channel]
  const { width, height, line, markers } = CHANNEL_MARK
  const mark = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width: `${width}`, height: `${height}`, 'aria-hidden': 'true' },
    svgElement('path', { d: line, class: 'mark-line', 'stroke-dasharray': dash.join(' ') }),
    svgElement('path', { d: markers[marker], class: 'mark-marker' }),
  )
  // Set as a property: a content security policy without inline styles forbids the attribute.
  mark.style.color = `var(${color})`
  return element('span', { class: 'channel' }, mark, `${name}${suffix}`)
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
