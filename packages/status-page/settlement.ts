import { byId, fact, setText } from '@ecommerce/look/elements'
import { bodyText } from './message-details'
import { type DeadLetter, settleDeadLetter } from './shop-api'
import { dependencyName } from './verdict-of'

export type Settlement = 'replay' | 'discard'

export interface SettlementTexts {
  readonly kind: Settlement
  readonly title: string
  readonly text: string
  readonly button: string
  readonly success: string
  readonly failure: string
}

export const SETTLEMENTS: Readonly<Record<Settlement, SettlementTexts>> = {
  replay: {
    kind: 'replay',
    title: 'Replay this message?',
    text: 'The shop publishes it unchanged to its origin. If it fails again, it returns to this list.',
    button: 'Replay',
    success: 'was replayed: the broker has confirmed it.',
    failure: 'could not be replayed',
  },
  discard: {
    kind: 'discard',
    title: 'Discard this message?',
    text: 'It will not be published again. It stays readable under its id.',
    button: 'Discard',
    success: 'was discarded.',
    failure: 'could not be discarded',
  },
}

/** Shows the message in a dialog and waits for the decision of the reader. */
export function confirmSettlement(
  letter: DeadLetter,
  { kind, title, text, button }: SettlementTexts,
): Promise<boolean> {
  const dialog = byId('dialog') as HTMLDialogElement // this element of the markup is a dialog
  setText(byId('dialog-title'), title)
  setText(byId('dialog-text'), text)
  setText(byId('dialog-yes'), button)
  dialog.dataset.settlement = kind
  byId('dialog-facts').replaceChildren(
    fact('Message', letter.message_id),
    fact('Origin', `${dependencyName(letter.broker)} ${letter.source}`),
    fact('Cause', `${letter.cause.code}: ${letter.cause.detail}`),
  )
  setText(byId('dialog-body'), bodyText(letter))
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

export function settle({ id }: DeadLetter, { kind }: SettlementTexts): Promise<void> {
  return settleDeadLetter(id, kind)
}
