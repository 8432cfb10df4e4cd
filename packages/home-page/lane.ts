import { CHANNEL_LOOKS, type Channel, channelName } from '@ecommerce/look/channels'
import { element, setText } from '@ecommerce/look/elements'
import { channelLabel, icon } from '@ecommerce/look/marks'
import { type Bar, barsOf, type Scale } from './bars'
import { copyButton } from './copy-button'
import type { Attempt } from './follow-order'
import { type OrderRequest, toCurl } from './order-request'
import { adviceOf, canRepeat, DESCRIPTIONS, STATE_TONES, STATE_WORDS, summaryOf } from './texts'

export interface LaneActions {
  order(): void
  /** Sends the same request again. */
  repeat(): void
  addStock(): void
}

/** The part of the page that belongs to one channel: its button, its latest order, and that order's timeline. */
export class Lane {
  readonly element: HTMLLIElement
  readonly #button: HTMLButtonElement
  readonly #state = element('span', { class: 'lane-state' })
  readonly #rows: Readonly<Record<'response' | 'order', HTMLElement>>
  readonly #picture: HTMLElement
  readonly #text = element('p', { class: 'lane-text' })
  readonly #advice = element('p', { class: 'lane-advice' })
  readonly #retry = element('button', { type: 'button' }, 'Try again')
  readonly #restock = element('button', { type: 'button' }, 'Add 10 units')
  readonly #remedies = element('div', { class: 'lane-remedies' }, this.#advice, this.#retry, this.#restock)
  readonly #request = element('pre', { class: 'lane-request' })
  readonly #reply = element('pre', { class: 'lane-reply' })
  readonly #replyTitle = element('p', { class: 'lane-label' })
  #attempt: Attempt | undefined
  #repliedAtMs = 0

  constructor(
    readonly channel: Channel,
    actions: LaneActions,
  ) {
    this.#button = element('button', { type: 'button', class: 'lane-button', disabled: true }, ...buttonText(channel))
    this.#button.addEventListener('click', actions.order)
    this.#retry.addEventListener('click', actions.repeat)
    this.#restock.addEventListener('click', actions.addStock)
    this.#rows = { response: element('div', { class: 'track' }), order: element('div', { class: 'track' }) }
    this.#picture = element('div', { class: 'picture', role: 'img' }, this.#rows.response, this.#rows.order)
    this.element = element(
      'li',
      { class: 'lane', 'data-channel': channel },
      element('div', { class: 'lane-head' }, channelLabel(channel), this.#state, this.#button),
      element('div', { class: 'lane-body' }, this.#picture, this.#text, this.#remedies, this.#details()),
    )
    this.element.style.setProperty('--channel', `var(${CHANNEL_LOOKS[channel].color})`)
    this.#text.textContent = DESCRIPTIONS[channel]
    this.#remedies.hidden = true
    this.#drawLabel()
  }

  /** A further order can be sent while an order is pending for unusually long. */
  get isBusy(): boolean {
    const { state, isSlow } = this.#attempt ?? {}
    return state === 'sending' || (state === 'pending' && isSlow !== true)
  }

  get attempt(): Attempt | undefined {
    return this.#attempt
  }

  allowOrders(areAllowed: boolean): void {
    this.#button.disabled = !areAllowed
  }

  /** Shows the request that the button would send. */
  preview(request: OrderRequest): void {
    if (this.#attempt === undefined) this.#request.textContent = toCurl(request, location.href)
  }

  show(attempt: Attempt, nowMs: number): void {
    if (attempt.reply && !this.#attempt?.reply) this.#repliedAtMs = nowMs
    this.#attempt = attempt
    const { state, request, reply } = attempt
    this.element.dataset.state = state
    const tone = STATE_TONES[state]
    this.#state.replaceChildren(...(tone ? [icon(tone)] : []), STATE_WORDS[state])
    this.#button.setAttribute('aria-disabled', String(this.isBusy))
    setText(this.#text, summaryOf(attempt))
    const advice = adviceOf(attempt)
    setText(this.#advice, advice)
    this.#remedies.hidden = advice === ''
    this.#retry.hidden = !canRepeat(attempt)
    this.#restock.hidden = !advice.startsWith('The product is sold out')
    this.#request.textContent = toCurl(request, location.href)
    this.#replyTitle.textContent = reply ? `Response: ${reply.status}` : ''
    this.#reply.textContent = reply ? prettyJson(reply.body) : ''
    this.#reply.hidden = reply === undefined
  }

  bars(nowMs: number): Bar[] {
    return this.#attempt ? barsOf(this.#attempt, nowMs - this.#repliedAtMs) : []
  }

  draw(bars: readonly Bar[], { topMs }: Scale): void {
    const percent = (atMs: number) => `${(100 * atMs) / topMs}%`
    const draw = (row: HTMLElement, own: readonly Bar[]) => {
      const drawn = own.map(({ part, fromMs, toMs }) => {
        const bar = element('span', { class: 'bar', 'data-part': part })
        bar.style.left = percent(fromMs)
        bar.style.width = percent(toMs - fromMs)
        return bar
      })
      const endMs = own.at(-1)?.toMs
      if (endMs === undefined) return row.replaceChildren()
      const end = element(
        'span',
        { class: 'bar-end' },
        `${endMs < 1 ? '< 1' : Math.round(endMs).toLocaleString('en')} ms`,
      )
      end.style.left = percent(endMs)
      row.replaceChildren(...drawn, end)
    }
    draw(
      this.#rows.response,
      bars.filter(({ part }) => part === 'response'),
    )
    draw(
      this.#rows.order,
      bars.filter(({ part }) => part !== 'response'),
    )
    this.#drawLabel()
  }

  #drawLabel(): void {
    const text = this.#attempt ? summaryOf(this.#attempt) : 'no order yet'
    this.#picture.ariaLabel = `Timeline of the order through ${channelName(this.channel)}: ${text}`
  }

  #details(): HTMLElement {
    return element(
      'details',
      { class: 'lane-details' },
      element('summary', {}, 'Request and response'),
      element('div', { class: 'copyable' }, this.#request, copyButton(this.#request, 'Copy the curl command')),
      this.#replyTitle,
      this.#reply,
    )
  }
}

function buttonText(channel: Channel): string[] {
  return [channel === 'sync' ? 'Order synchronously' : `Order through ${channelName(channel)}`]
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
