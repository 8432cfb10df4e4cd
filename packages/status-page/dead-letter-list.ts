import { byId, element, setText } from '@ecommerce/look/elements'
import { formatAgo, formatCount, plural } from '@ecommerce/look/format'
import { messageDetails } from './message-details'
import { confirmSettlement, SETTLEMENTS, type Settlement, type SettlementTexts, settle } from './settlement'
import { type DeadLetter, type DeadLetterPage, type DeadLetterSummary, getDeadLetter, RefusedError } from './shop-api'
import { dependencyName } from './verdict-of'

/** The list begins with this many, so that the page stays short. */
const FIRST = 5
/** The API returns no more at once. */
const MAX = 100

interface Shown {
  readonly of: string
  readonly item: HTMLLIElement
}

/** The list of open dead letters. Calls `onChange` after each attempt to settle one, and when the reader wants more. */
export class DeadLetterList {
  #limit = FIRST
  #shown = new Map<string, Shown>()

  constructor(private readonly onChange: () => void) {
    byId('letters-more').addEventListener('click', () => {
      this.#limit = this.#limit === FIRST ? 25 : MAX
      this.onChange()
    })
  }

  /** The number of dead letters to request. */
  get limit(): number {
    return this.#limit
  }

  /** @param open the number of all open dead letters, if it is known */
  show({ items, next_cursor }: DeadLetterPage, open: number | undefined, nowMs: number): void {
    const areMore = next_cursor !== undefined
    setText(byId('letters-summary'), summaryOf(items.length, areMore, open))
    byId('letters-more').hidden = !areMore || this.#limit === MAX
    byId('letters-rest').hidden = !areMore || this.#limit < MAX
    this.#replaceItems(items)
    for (const time of byId('letters').querySelectorAll('time')) {
      setText(time, formatAgo(Date.parse(time.dateTime), nowMs))
    }
  }

  /** @param error what the request for them failed with */
  showUnknown(error: unknown): void {
    const reason =
      error instanceof RefusedError ? error.message : 'MySQL, which stores the dead letters, does not respond.'
    setText(byId('letters-summary'), `Unknown: ${reason}`)
  }

  /** Keeps the items that have not changed: their buttons keep the focus, and their messages stay open. */
  #replaceItems(letters: readonly DeadLetterSummary[]): void {
    const shown = new Map(
      letters.map((letter) => {
        const of = JSON.stringify(letter)
        const before = this.#shown.get(letter.id)
        return [letter.id, before?.of === of ? before : { of, item: this.#item(letter) }]
      }),
    )
    const items = [...shown.values()].map(({ item }) => item)
    const list = byId('letters')
    if (items.length !== list.children.length || items.some((item, index) => item !== list.children[index])) {
      const focused = document.activeElement?.id
      list.replaceChildren(...items)
      if (focused) document.getElementById(focused)?.focus()
    }
    this.#shown = shown
  }

  #item(letter: DeadLetterSummary): HTMLLIElement {
    const { broker, source, cause, failures, last_failed_at } = letter
    const where = `${dependencyName(broker)} ${broker === 'kafka' ? 'topic' : 'queue'} ${source}`
    return element(
      'li',
      { class: 'letter' },
      element(
        'div',
        { class: 'letter-head' },
        element('h3', {}, cause.code),
        element('span', { class: 'aside' }, `${where}, ${plural(failures, 'failure')}, `, lastFailure(last_failed_at)),
      ),
      element('p', { class: 'letter-cause' }, cause.detail),
      this.#message(letter),
      element('div', { class: 'buttons' }, this.#button(letter, 'replay'), this.#button(letter, 'discard')),
    )
  }

  /** The message is loaded when the reader opens it. */
  #message(letter: DeadLetterSummary): HTMLDetailsElement {
    const content = element('div', { class: 'letter-message' }, 'Loading.')
    const title = element('summary', {}, 'Message ', element('code', {}, nameOf(letter)))
    const details = element('details', { id: `message-${letter.id}` }, title, content)
    let isLoaded = false
    details.addEventListener('toggle', () => {
      if (!details.open || isLoaded) return
      getDeadLetter(letter.id).then(
        (loaded) => {
          isLoaded = true
          content.replaceChildren(...messageDetails(loaded))
        },
        (error: unknown) => setText(content, `The message could not be loaded: ${messageOf(error)}`),
      )
    })
    return details
  }

  #button(letter: DeadLetterSummary, settlement: Settlement): HTMLButtonElement {
    const { button: text } = SETTLEMENTS[settlement]
    const button = element('button', { type: 'button', id: `${settlement}-${letter.id}` }, text)
    button.setAttribute('aria-label', `${text} ${nameOf(letter)}`)
    button.addEventListener('click', () => void this.#settle(letter, SETTLEMENTS[settlement]))
    return button
  }

  async #settle(summary: DeadLetterSummary, texts: SettlementTexts): Promise<void> {
    const name = nameOf(summary)
    try {
      const letter: DeadLetter = await getDeadLetter(summary.id)
      if (!(await confirmSettlement(letter, texts))) return
      showOutcome('waiting', `${name}: sending the request.`)
      await settle(letter, texts)
      showOutcome('good', `${name} ${texts.success}`)
    } catch (error) {
      showOutcome('bad', `${name} ${texts.failure}: ${messageOf(error)}`)
    }
    this.onChange()
  }
}

function nameOf({ id, message_id }: DeadLetterSummary): string {
  return message_id === '' ? `(no message id) ${id.slice(0, 8)}` : message_id
}

function lastFailure(at: string): HTMLElement {
  return element('time', { datetime: at, title: at })
}

function summaryOf(shown: number, areMore: boolean, open: number | undefined): string {
  if (shown === 0) return 'No open dead letters.'
  if (!areMore) return `${plural(shown, 'open dead letter')}, newest first.`
  const all = open !== undefined && open > shown ? `${formatCount(open)} ` : ''
  return `The newest ${formatCount(shown)} of ${all === '' ? 'the' : all.trim()} open dead letters.`
}

function showOutcome(tone: 'waiting' | 'good' | 'bad', text: string): void {
  const outcome = byId('letters-outcome')
  outcome.dataset.tone = tone
  setText(outcome, text)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
