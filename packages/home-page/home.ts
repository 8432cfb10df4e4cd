import { CHANNELS, type Channel } from '@ecommerce/look/channels'
import { byId, element } from '@ecommerce/look/elements'
import { SignIn } from '@ecommerce/look/sign-in'
import { followTheme } from '@ecommerce/look/theme'
import { scaleOf } from './bars'
import { Catalogue } from './catalogue'
import { type FollowParts, placeAndFollow } from './follow-order'
import { Lane } from './lane'
import { type OrderRequest, orderRequest, TOKEN_HEADER } from './order-request'
import { getTimeline, type Product, sendHeaders, sendOrder } from './shop-api'
import { newsOf } from './texts'

const REDRAW_EVERY_MS = 100
const MAX_NEWS = 6
const LONGEST_TURN_MS = 5_000

/** Every visit to an open shop is a customer of its own. A protected shop knows its customer from the token. */
const visitor = `visitor-${randomHex(4)}`
const signIn = new SignIn(byId('sign-in'), { role: 'customer', onChange: () => productChanged(catalogue.product) })
sendHeaders(() => signIn.headers)

const catalogue = new Catalogue(productChanged)
const lanes = CHANNELS.map(
  (channel): Lane =>
    new Lane(channel, {
      order: () => void order(channel),
      repeat: () => void repeat(channel),
      addStock: () => void catalogue.addStock(),
    }),
)
let redrawing: ReturnType<typeof setInterval> | undefined

byId('lanes').replaceChildren(...lanes.map((lane) => lane.element))
byId('order-all').addEventListener('click', () => {
  void orderThroughAll()
})
followTheme(byId('theme'), () => {})
showFollowCommand('<id>')
redraw()
void catalogue.load()

function productChanged(product: Product | undefined): void {
  const areAllowed = product !== undefined && !signIn.isNeeded
  byId('order-all').toggleAttribute('disabled', !areAllowed)
  for (const lane of lanes) {
    lane.allowOrders(areAllowed)
    if (product) lane.preview(requestOf(lane.channel, product))
  }
}

/** One after the other, so that they do not delay each other. An order that takes long does not stop the next one. */
async function orderThroughAll(): Promise<void> {
  for (const { channel } of lanes) await Promise.race([order(channel), wait(LONGEST_TURN_MS)])
}

async function order(channel: Channel): Promise<void> {
  const { product } = catalogue
  if (product) await place(requestOf(channel, product))
}

async function repeat(channel: Channel): Promise<void> {
  const request = laneOf(channel).attempt?.request
  if (request) await place(request)
}

async function place(request: OrderRequest): Promise<void> {
  const lane = laneOf(request.channel)
  if (lane.isBusy) return
  redrawing ??= setInterval(redraw, REDRAW_EVERY_MS)
  const parts: FollowParts = {
    send: sendOrder,
    getTimeline,
    wait,
    nowMs: () => performance.now(),
    isShown: () => lane.attempt?.request === request,
  }
  const ended = await placeAndFollow(request, parts, (attempt) => {
    if (attempt.state !== 'sending' && !parts.isShown()) return
    lane.show(attempt, performance.now())
    redraw()
    if (attempt.orderId) showFollowCommand(attempt.orderId)
  })
  if (parts.isShown()) report(newsOf(ended))
  if (lanes.every(({ isBusy }) => !isBusy)) {
    clearInterval(redrawing)
    redrawing = undefined
  }
  await catalogue.refreshStock()
}

function requestOf(channel: Channel, product: Product): OrderRequest {
  return orderRequest({
    channel,
    productId: product.id,
    userId: signIn.claims?.user ?? visitor,
    idempotencyKey: randomHex(8),
    needsToken: signIn.claims !== undefined,
  })
}

function laneOf(channel: Channel): Lane {
  const lane = lanes.find((one) => one.channel === channel)
  if (!lane) throw new Error(`the page has no ${channel}`)
  return lane
}

/** Draws all orders on one scale. */
function redraw(): void {
  const nowMs = performance.now()
  const bars = lanes.map((lane) => lane.bars(nowMs))
  const scale = scaleOf(bars.flat())
  for (const [index, lane] of lanes.entries()) lane.draw(bars[index] ?? [], scale)
  byId('axis').replaceChildren(
    ...scale.ticks.map(({ atMs, label }) => {
      const tick = element('span', {}, label)
      tick.style.left = `${(100 * atMs) / scale.topMs}%`
      return tick
    }),
  )
}

function showFollowCommand(orderId: string): void {
  byId('follow-command').textContent =
    `curl ${signIn.claims === undefined ? '' : `-H "${TOKEN_HEADER}" `}${new URL(`orders/${orderId}/timeline`, location.href).href}`
}

/** A screen reader reads every new line. */
function report(text: string): void {
  const news = byId('news')
  news.append(element('p', {}, text))
  while (news.childElementCount > MAX_NEWS) news.firstElementChild?.remove()
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Not `randomUUID`, which browsers offer only to secure origins. */
function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes))
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
