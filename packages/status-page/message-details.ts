import { element, fact } from '@ecommerce/look/elements'
import { formatCount, formatInstant } from '@ecommerce/look/format'
import type { DeadLetter } from './shop-api'
import { dependencyName } from './verdict-of'

/** The page shows no more of a body than this. */
const MAX_BODY_CHARACTERS = 4_000

/** Everything that is known of a message: its origin, its headers and its body. */
export function messageDetails(letter: DeadLetter): HTMLElement[] {
  const { broker, source, position, key, failures, first_failed_at, last_failed_at } = letter
  return [
    element(
      'dl',
      { class: 'facts' },
      fact('Id', letter.id),
      fact('Message id', letter.message_id || '(none)'),
      fact('Origin', `${dependencyName(broker)} ${broker === 'kafka' ? 'topic' : 'queue'} ${source}`),
      ...(position === undefined ? [] : [fact('Partition and offset', position)]),
      ...(key === undefined ? [] : [fact('Key', key)]),
      fact('Failures', formatCount(failures)),
      fact('First failure', formatInstant(first_failed_at)),
      fact('Last failure', formatInstant(last_failed_at)),
      ...Object.entries(letter.headers).map(([name, value]) => fact(`Header ${name}`, value)),
    ),
    element('pre', {}, bodyText(letter)),
  ]
}

/** JSON gets line breaks. Other text stays as it is. */
export function bodyText({ body, body_encoding }: Pick<DeadLetter, 'body' | 'body_encoding'>): string {
  if (body === '') return '(empty)'
  const encoding = body_encoding === 'base64' ? 'base64: ' : ''
  const text = body_encoding === 'base64' ? body : prettyJson(body)
  return text.length > MAX_BODY_CHARACTERS ? `${encoding}${text.slice(0, MAX_BODY_CHARACTERS)} …` : `${encoding}${text}`
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
