import { formatCount, plural } from '@ecommerce/look/format'
import { type Html, type HtmlPart, html } from '../../pages/html'
import { channelLabel, figure, numberColumn, table } from '../../pages/table'
import type { OrderBalance, ProductBalance, Reconciliation } from '../../results'

export function reconciliationSection(reconciliation: Reconciliation): Html {
  const { orders, products, discrepancies } = reconciliation
  const unbalanced = products.filter((product) => !product.holds)
  return html`<section aria-labelledby="reconciliation"><h2 id="reconciliation">Reconciliation: was anything lost?</h2>
<p class="lead">${conclusion(reconciliation)}</p>
${discrepancies.length > 0 && html`<ul class="discrepancies">${discrepancies.map((discrepancy) => html`<li>${discrepancy}</li>`)}</ul>`}
${orders.length > 0 && orderTable(orders)}
${unbalanced.length > 0 && productTable('Products whose stock does not balance.', unbalanced)}
${
  products.length > 0 &&
  html`<details class="screen-only"><summary>Stock of ${plural(products.length, 'product')}</summary>${productTable(
    'Stock: initial = on hand + sold. The number sold is the sum over all orders that the shop has recorded.',
    products,
  )}</details>`
}
</section>
`
}

function conclusion({ holds, notAudited, orders }: Reconciliation): HtmlPart {
  if (notAudited !== undefined) return html`<strong class="bad">Unknown:</strong> ${notAudited}`
  if (!holds) return html`<strong class="bad">Yes: the records of the shop do not match the responses.</strong>`
  if (orders.length === 0) return 'No order was accepted, so none could be lost.'
  return 'No: the shop has every accepted order exactly once, and every unit of stock is accounted for.'
}

function orderTable(orders: readonly OrderBalance[]): Html {
  return table(
    'Orders: accepted = confirmed + rejected + dead-lettered. An order without response is recorded, but its response was lost on the way back.',
    [
      { heading: 'channel' },
      ...['accepted', 'confirmed', 'rejected', 'dead-lettered', 'missing', 'doubled', 'without response'].map(
        numberColumn,
      ),
    ],
    orders.map((balance) => [
      channelLabel(balance.channel),
      figure(balance.accepted, formatCount),
      figure(balance.confirmed, formatCount),
      figure(balance.rejected, formatCount),
      figure(balance.deadLettered, formatCount),
      mustBeZero(balance.missing),
      mustBeZero(balance.doubled),
      figure(balance.withoutResponse, formatCount),
    ]),
  )
}

function productTable(caption: string, products: readonly ProductBalance[]): Html {
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
