import { byId, cell, element, fact, numberCell, setText } from '@ecommerce/look/elements'
import { formatAgo, formatCount, plural } from '@ecommerce/look/format'
import {
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterSummary,
  getDeadLetter,
  type Settlement,
  settleDeadLetter,
} from './shop-api'
import { dependencyName } from './verdict'

interface SettlementTexts {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly success: string
  readonly failure: string
}

const TEXTS: Readonly<Record<Settlement, SettlementTexts>> = {
  replay: {
    title: 'Replay this message?',
    text: 'It goes back unchanged to where it came from. If it fails again, it returns to this list.',
    button: 'Replay',
    success: 'was replayed: the broker has confirmed it.',
    failure: 'could not be replayed',
  },
  discard: {
    title: 'Discard this message?',
    text: 'It will not be sent again. It stays readable under its id.',
    button: 'Discard',
    success: 'was discarded.',
    failure: 'could not be discarded',
  },
}

/** The dialog shows no more of a message than this. */
const MAX_BODY_CHARACTERS = 4_000

/** The table of open dead letters. Calls `onSettled` after each attempt to replay or discard one. */
export class DeadLetterTable {
  #shownItems = ''

  constructor(private readonly onSettled: () => void) {}

  show({ items, next_cursor }: DeadLetterPage, nowMs: number): void {
    setText(byId('letters-summary'), summary(items.length, next_cursor !== undefined))
    byId('letters-box').hidden = items.length === 0
    this.#replaceRows(items)
    for (const time of byId('letters').querySelectorAll('time')) {
      setText(time, formatAgo(Date.parse(time.dateTime), nowMs))
    }
  }

  showUnknown(): void {
    setText(byId('letters-summary'), 'Unknown: MySQL, which stores the dead letters, does not respond.')
  }

  /** Only when the list has changed, so that a button keeps the focus. */
  #replaceRows(items: DeadLetterPage['items']): void {
    const newItems = JSON.stringify(items)
    if (newItems === this.#shownItems) return
    const focused = document.activeElement?.id
    byId('letters').replaceChildren(...items.map((letter) => this.#row(letter)))
    if (focused) document.getElementById(focused)?.focus()
    this.#shownItems = newItems
  }

  #row(letter: DeadLetterSummary): HTMLTableRowElement {
    const { id, broker, source, position, message_id, cause, failures, last_failed_at } = letter
    const buttons = [this.#button(letter, 'replay'), this.#button(letter, 'discard')]
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'letter-id' }, message_id === '' ? `(no id) ${id.slice(0, 8)}` : message_id),
      cell('source', `${dependencyName(broker)} ${source}${position === undefined ? '' : ` ${position}`}`),
      cell('cause', element('strong', {}, cause.code), element('span', { class: 'detail' }, cause.detail)),
      numberCell('failures', formatCount(failures)),
      cell('last failure', element('time', { datetime: last_failed_at, title: last_failed_at })),
      cell('', element('div', { class: 'buttons' }, ...buttons)),
    )
  }

  #button(letter: DeadLetterSummary, settlement: Settlement): HTMLButtonElement {
    const { button: text } = TEXTS[settlement]
    const button = element('button', { type: 'button', id: `${settlement}-${letter.id}` }, text)
    button.setAttribute('aria-label', `${text} ${letter.message_id}`)
    button.addEventListener('click', () => void this.#settle(letter, settlement))
    return button
  }

  async #settle({ id, message_id }: DeadLetterSummary, settlement: Settlement): Promise<void> {
    const name = message_id === '' ? id : message_id
    const { success, failure } = TEXTS[settlement]
    try {
      if (!(await isConfirmed(await getDeadLetter(id), settlement))) return
      showOutcome('waiting', `${name}: sending the request.`)
      await settleDeadLetter(id, settlement)
      showOutcome('good', `${name} ${success}`)
    } catch (error) {
      showOutcome('bad', `${name} ${failure}: ${error instanceof Error ? error.message : String(error)}`)
    }
    this.onSettled()
  }
}

function summary(count: number, areMore: boolean): string {
  if (count === 0) return 'No open dead letters.'
  return areMore ? `The newest ${formatCount(count)} open dead letters.` : `${plural(count, 'open dead letter')}.`
}

function showOutcome(tone: 'waiting' | 'good' | 'bad', text: string): void {
  const outcome = byId('letters-outcome')
  outcome.dataset.tone = tone
  setText(outcome, text)
}

/** Shows the message in a dialog and waits for the decision of the reader. */
function isConfirmed(letter: DeadLetter, settlement: Settlement): Promise<boolean> {
  const dialog = byId('dialog') as HTMLDialogElement // this element of the markup is a dialog
  const { title, text, button } = TEXTS[settlement]
  setText(byId('dialog-title'), title)
  setText(byId('dialog-text'), text)
  setText(byId('dialog-yes'), button)
  dialog.dataset.settlement = settlement
  byId('dialog-facts').replaceChildren(
    fact('Message', letter.message_id),
    fact('Source', `${dependencyName(letter.broker)} ${letter.source}`),
    fact('Cause', `${letter.cause.code}: ${letter.cause.detail}`),
    fact('Failures', formatCount(letter.failures)),
  )
  byId('dialog-body').textContent = bodyText(letter)
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

function bodyText({ body, body_encoding }: DeadLetter): string {
  const encoding = body_encoding === 'base64' ? 'base64: ' : ''
  if (body === '') return '(empty)'
  return body.length > MAX_BODY_CHARACTERS ? `${encoding}${body.slice(0, MAX_BODY_CHARACTERS)} …` : `${encoding}${body}`
}
