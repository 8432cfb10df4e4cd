import { formatCount } from '../../look/format'
import { type Html, type HtmlPart, html } from '../../look/html'
import { channelLabel, figure, table } from '../../look/table'
import type { OrderBooks, ProductBooks, Reconciliation } from '../../results'

export function reconciliationSection(books: Reconciliation): Html {
  const { orders, products, complaints } = books
  const uneven = products.filter((product) => !product.holds)
  return html`<section aria-labelledby="reconciliation"><h2 id="reconciliation">Was anything lost?</h2>
<p class="lead">${answerTo(books)}</p>
${complaints.length > 0 && html`<ul class="complaints">${complaints.map((complaint) => html`<li>${complaint}</li>`)}</ul>`}
${orders.length > 0 && orderBooks(orders)}
${uneven.length > 0 && productBooks('Products whose books do not balance.', uneven)}
${
  products.length > 0 &&
  html`<details class="screen-only"><summary>All ${formatCount(products.length)} products</summary>${productBooks(
    'Stock: initial = on hand + sold, where sold is what the orders found in the shop say.',
    products,
  )}</details>`
}
</section>
`
}

function answerTo({ holds, notAudited, orders }: Reconciliation): HtmlPart {
  if (notAudited !== undefined) return html`<strong class="bad">Not known:</strong> ${notAudited}`
  if (!holds) return html`<strong class="bad">The books do not balance.</strong>`
  if (orders.length === 0) return 'Nothing was accepted, so nothing could be lost.'
  return 'No: every accepted order is found exactly once, and every unit of stock is accounted for.'
}

function orderBooks(orders: readonly OrderBooks[]): Html {
  const number = (heading: string) => ({ heading, isNumber: true })
  return table(
    'Orders: accepted = confirmed + rejected + dead-lettered. Unanswered ones are recorded although their answer was lost on its way back.',
    [
      { heading: 'channel' },
      ...['accepted', 'confirmed', 'rejected', 'dead-lettered', 'missing', 'doubled', 'unanswered'].map(number),
    ],
    orders.map((books) => [
      channelLabel(books.channel),
      figure(books.accepted, formatCount),
      figure(books.confirmed, formatCount),
      figure(books.rejected, formatCount),
      figure(books.deadLettered, formatCount),
      mustBeZero(books.missing),
      mustBeZero(books.doubled),
      figure(books.unanswered, formatCount),
    ]),
  )
}

function productBooks(caption: string, products: readonly ProductBooks[]): Html {
  return table(
    caption,
    [
      { heading: 'product' },
      { heading: 'initial', isNumber: true },
      { heading: 'on hand', isNumber: true },
      { heading: 'sold', isNumber: true },
      { heading: 'difference', isNumber: true },
      { heading: 'balances' },
    ],
    products.map(({ productId, initial, onHand, sold, holds }) => [
      String(productId),
      figure(initial, formatCount),
      figure(onHand, formatCount),
      figure(sold, formatCount),
      mustBeZero(initial - onHand - sold),
      holds ? 'yes' : html`<strong class="bad">no</strong>`,
    ]),
  )
}

function mustBeZero(count: number): Html {
  return count === 0 ? figure(count, formatCount) : html`<strong class="bad">${figure(count, formatCount)}</strong>`
}
