import type { Channel } from '@ecommerce/look/channels'

/** An order as the page sends it, and as it shows it. */
export interface OrderRequest {
  readonly channel: Channel
  /** Relative to the page, so that it works under any prefix. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the page sends the token of the reader with it. Commands that it shows name a variable instead. */
  readonly needsToken?: boolean
}

const PATHS: Readonly<Record<Channel, string>> = {
  sync: 'orders/sync',
  kafka: 'orders/async/kafka',
  rabbitmq: 'orders/async/rabbitmq',
}

export interface OrderForm {
  readonly channel: Channel
  readonly productId: number
  readonly userId: string
  /** The same key always gets the same order, so a request can be repeated when its response was lost. */
  readonly idempotencyKey: string
  readonly needsToken?: boolean
}

/** A shell replaces the variable between double quotes. */
export const TOKEN_HEADER = 'Authorization: Bearer $TOKEN'

/** Orders one unit. */
export function orderRequest({
  channel,
  productId,
  userId,
  idempotencyKey,
  needsToken = false,
}: OrderForm): OrderRequest {
  return {
    channel,
    path: PATHS[channel],
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({ user_id: userId, product_id: productId, quantity: 1 }),
    needsToken,
  }
}

/** The same request for a shell. `--json` sets the content type and the method. @param base the address of the page */
export function toCurl({ path, headers, body, needsToken }: OrderRequest, base: string): string {
  return [
    `curl --json ${quoted(body)}`,
    `-H ${quoted(`Idempotency-Key: ${headers['idempotency-key']}`)}`,
    ...(needsToken ? [`-H "${TOKEN_HEADER}"`] : []),
    new URL(path, base).href,
  ].join(' \\\n  ')
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
