import { formatCount, plural } from '@ecommerce/look/format'
import type { Tone } from '@ecommerce/look/icons'
import type { Readiness } from './shop-api'

export interface Verdict {
  readonly tone: Tone
  readonly word: string
  readonly meaning: string
}

/** The number of open dead letters. `isMinimum`: there may be more. */
export interface OpenLetters {
  readonly count: number
  readonly isMinimum: boolean
}

const NAMES: Readonly<Record<string, string>> = { mysql: 'MySQL', kafka: 'Kafka', rabbitmq: 'RabbitMQ' }

export function dependencyName(name: string): string {
  return NAMES[name] ?? name
}

/** The most important fact: whether the shop accepts orders, and what a person should do. */
export function verdictOf({ status, dependencies }: Readiness, open: OpenLetters | undefined): Verdict {
  const down = Object.entries(dependencies)
    .filter(([, state]) => state.status === 'down')
    .map(([name]) => dependencyName(name))
  const cause = `${down.join(' and ')} ${down.length === 1 ? 'does' : 'do'} not respond.`
  const letters = lettersText(open)
  switch (status) {
    case 'unavailable':
      return { tone: 'bad', word: 'Unavailable', meaning: joined(cause, 'The shop accepts no orders.', letters) }
    case 'degraded':
      return {
        tone: 'doubtful',
        word: 'Degraded',
        meaning: joined(cause, 'The other channels accept orders.', letters),
      }
    case 'draining':
      return { tone: 'doubtful', word: 'Draining', meaning: 'This process is about to end. Others serve the requests.' }
    case 'ready':
      return open === undefined || open.count === 0
        ? { tone: 'good', word: 'Ready', meaning: joined('All servers respond.', letters) }
        : {
            tone: 'doubtful',
            word: countText(open),
            meaning: 'All servers respond, and all channels accept orders. Replay or discard the messages that failed.',
          }
  }
}

function lettersText(open: OpenLetters | undefined): string {
  if (open === undefined) return ''
  return open.count === 0 ? 'No open dead letters.' : `${countText(open)}.`
}

function countText({ count, isMinimum }: OpenLetters): string {
  return isMinimum ? `${formatCount(count)} or more open dead letters` : plural(count, 'open dead letter')
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ')
}
