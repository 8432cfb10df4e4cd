import { byId, cell, element, numberCell, say } from './elements'
import { formatAgo, formatCount, plural } from './format'
import { fact } from './setup'
import {
  type DeadLetter,
  type DeadLetterPage,
  type DeadLetterSummary,
  getDeadLetter,
  type Settlement,
  settleDeadLetter,
} from './shop-api'
import { dependencyName } from './verdict'

const ASKING: Readonly<Record<Settlement, { title: string; text: string; button: string; done: string }>> = {
  replay: {
    title: 'Replay this message?',
    text: 'It goes back where it came from, as it was. If it fails again, it will be here again.',
    button: 'Replay',
    done: 'was replayed: the broker has it.',
  },
  discard: {
    title: 'Discard this message?',
    text: 'It will not be sent again. It stays readable under its id.',
    button: 'Discard',
    done: 'was discarded.',
  },
}

/** As much of a message as a dialog can hold. */
const BODY_SHOWN = 4_000

/** The table of open dead letters. `changed` is called when one was settled here. */
export function createDeadLetters(changed: () => void) {
  let shown = ''

  function show(page: DeadLetterPage, nowMs: number): void {
    const { items, next_cursor } = page
    say(byId('letters-summary'), summary(items.length, next_cursor !== undefined))
    byId('letters-box').hidden = items.length === 0
    // Rows are made anew only when something is new, so that a button keeps the focus; ages are told again.
    const news = JSON.stringify(items)
    if (news !== shown) {
      const focused = document.activeElement?.id
      byId('letters').replaceChildren(...items.map(row))
      if (focused) document.getElementById(focused)?.focus()
      shown = news
    }
    for (const time of byId('letters').querySelectorAll('time')) say(time, formatAgo(Date.parse(time.dateTime), nowMs))
  }

  function row(letter: DeadLetterSummary): HTMLTableRowElement {
    const { id, broker, source, position, message_id, cause, failures, last_failed_at } = letter
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'letter-id' }, message_id === '' ? `(no id) ${id.slice(0, 8)}` : message_id),
      cell('could not leave', `${dependencyName(broker)} ${source}${position === undefined ? '' : ` ${position}`}`),
      cell('cause', element('strong', {}, cause.code), element('span', { class: 'detail' }, cause.detail)),
      numberCell('failures', formatCount(failures)),
      cell('last', element('time', { datetime: last_failed_at, title: last_failed_at })),
      cell('', element('div', { class: 'buttons' }, button(letter, 'replay'), button(letter, 'discard'))),
    )
  }

  function button(letter: DeadLetterSummary, settlement: Settlement): HTMLButtonElement {
    const { button: text } = ASKING[settlement]
    const made = element('button', { type: 'button', id: `${settlement}-${letter.id}` }, text)
    made.setAttribute('aria-label', `${text} ${letter.message_id}`)
    made.addEventListener('click', () => void settle(letter, settlement))
    return made
  }

  async function settle({ id, message_id }: DeadLetterSummary, settlement: Settlement): Promise<void> {
    const name = message_id === '' ? id : message_id
    try {
      if (!(await agrees(await getDeadLetter(id), settlement))) return
      tell('waiting', `${name}: asking the shop.`)
      await settleDeadLetter(id, settlement)
      tell('good', `${name} ${ASKING[settlement].done}`)
    } catch (error) {
      tell('bad', `${name} was not settled: ${error instanceof Error ? error.message : String(error)}`)
    }
    changed()
  }

  return { show, unknown: () => say(byId('letters-summary'), 'Not known: MySQL, which keeps them, does not tell.') }
}

function summary(count: number, areMore: boolean): string {
  if (count === 0) return 'None is open.'
  return areMore ? `The last ${formatCount(count)} of those that are open.` : `${plural(count, 'message')} to look at.`
}

function tell(tone: 'waiting' | 'good' | 'bad', text: string): void {
  const outcome = byId('letters-outcome')
  outcome.dataset.tone = tone
  say(outcome, text)
}

/** Shows the message, and waits for a yes. */
function agrees(letter: DeadLetter, settlement: Settlement): Promise<boolean> {
  const dialog = byId('dialog') as HTMLDialogElement // the markup has it as one
  const { title, text, button } = ASKING[settlement]
  say(byId('dialog-title'), title)
  say(byId('dialog-text'), text)
  say(byId('dialog-yes'), button)
  byId('dialog').dataset.settlement = settlement
  byId('dialog-facts').replaceChildren(
    fact('Message', letter.message_id),
    fact('From', `${dependencyName(letter.broker)} ${letter.source}`),
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
  return body.length > BODY_SHOWN ? `${encoding}${body.slice(0, BODY_SHOWN)} …` : `${encoding}${body}`
}
