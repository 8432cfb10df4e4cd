import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CHANNELS, type Channel } from '../results'
import { ORDER_PATHS } from '../shop/assert-shop'

/** Errors that the fake shop makes on purpose. A number n means: every n-th order of a channel. */
export interface Misbehaviour {
  /** Accepts an order and never records it. */
  readonly loses?: number
  /** Accepts an order once and sells its units twice. */
  readonly doubles?: number
  /** Returns one id for two orders of a channel. */
  readonly repeatsIds?: number
  /** Sells more units than there are. */
  readonly oversells?: boolean
  /** Accepts an order and dead-letters it. */
  readonly deadLetters?: number
  /** Records an order and closes the connection instead of responding. */
  readonly cutsResponses?: number
  /** Stops, as in a crash, after this number of orders. */
  readonly diesAfter?: number
  /** Missing endpoints and channels. */
  readonly lacks?: readonly ('openapi' | 'metrics' | 'about' | 'dead-letters' | Channel)[]
  /** Dependencies that `/ready` reports as down. */
  readonly down?: readonly string[]
}

interface Product {
  readonly id: number
  onHand: number
  sold: number
  isDeleted: boolean
}

interface Order {
  readonly id: string
  readonly channel: Channel
  status: 'confirmed' | 'rejected' | 'cancelled'
  readonly user_id: string
  readonly items: readonly { readonly product_id: number; readonly quantity: number }[]
  readonly accepted_at: string
  readonly consumed_at: string
  readonly committed_at: string
}

const OTHER_PATHS = {
  '/products': { get: {}, post: {} },
  '/products/{id}': { delete: {} },
  '/products/{id}/inventory': { get: {} },
  '/orders': { get: {} },
  '/orders/{id}': { get: {} },
}

interface Reply {
  readonly status: number
  readonly body?: unknown
}

/** For tests: a shop in this process that stores its records in memory, and makes errors on demand. */
export class FakeShop {
  readonly products: Product[] = []
  readonly orders: Order[] = []
  readonly #lost = new Set<string>()
  readonly #deadLetters: { message_id: string; status: string; last_failed_at: string }[] = []
  readonly #server: Server
  readonly #orderCounts = { sync: 0, kafka: 0, rabbitmq: 0 }

  private constructor(private readonly misbehaviour: Misbehaviour) {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async open(misbehaviour: Misbehaviour = {}): Promise<FakeShop> {
    const shop = new FakeShop(misbehaviour)
    await new Promise<void>((resolve) => shop.#server.listen(0, '127.0.0.1', resolve))
    return shop
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The products that have not been deleted. */
  get catalogue(): readonly Product[] {
    return this.products.filter(({ isDeleted }) => !isDeleted)
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const body = await text(request)
    const { status, body: content } = this.#reply(request.method ?? 'GET', pathname, searchParams, body)
    if (status === 0) {
      request.socket.destroy()
      return
    }
    response.statusCode = status
    if (typeof content === 'string') response.end(content)
    else
      response.setHeader('content-type', 'application/json').end(content === undefined ? '' : JSON.stringify(content))
  }

  #reply(method: string, path: string, query: URLSearchParams, body: string): Reply {
    const [, collection, id, rest] = path.split('/')
    const channel = CHANNELS.find((name) => ORDER_PATHS[name] === path)
    if (method === 'POST' && channel !== undefined) return this.#placeOrder(channel, JSON.parse(body))
    if (method === 'POST' && path === '/products') return this.#addProduct(JSON.parse(body))
    if (method === 'POST' && collection === 'orders' && rest === 'cancel') return this.#cancel(id ?? '')
    if (method === 'DELETE' && collection === 'products') return this.#removeProduct(Number(id))
    if (collection === 'products' && rest === 'inventory') return this.#inventory(Number(id))
    if (collection === 'orders' && id !== undefined) return this.#order(id)
    if (collection === 'orders') return this.#list(query)
    return this.#operations(path)
  }

  #operations(path: string): Reply {
    const { lacks = [], down = [] } = this.misbehaviour
    const paths = CHANNELS.filter((name) => !lacks.includes(name)).map((name) => [ORDER_PATHS[name], { post: {} }])
    const dependencies = ['mysql', 'kafka', 'rabbitmq'].map((name) => [
      name,
      down.includes(name) ? { status: 'down', reason: 'connection refused' } : { status: 'up' },
    ])
    const bodies: Readonly<Record<string, unknown>> = {
      '/health': { status: 'alive' },
      '/ready': { status: 'ready', dependencies: Object.fromEntries(dependencies) },
      ...(!lacks.includes('dead-letters') && { '/dead-letters': { items: this.#deadLetters } }),
      ...(!lacks.includes('openapi') && {
        '/openapi.json': { openapi: '3.1.0', paths: { ...OTHER_PATHS, ...Object.fromEntries(paths) } },
      }),
      ...(!lacks.includes('metrics') && { '/metrics': 'process_resident_memory_bytes 1000\n' }),
      ...(!lacks.includes('about') && {
        '/about': { service: 'fake', version: '1', durability: [{ channel: 'all', name: 'kept', value: 'in memory' }] },
      }),
      '/products': { items: this.catalogue },
    }
    return path in bodies ? { status: 200, body: bodies[path] } : problem(404, 'route-not-found')
  }

  #addProduct({ stock }: { stock: number }): Reply {
    const product = { id: this.products.length + 1, onHand: stock, sold: 0, isDeleted: false }
    this.products.push(product)
    return { status: 201, body: { id: product.id, created_at: new Date().toISOString() } }
  }

  #removeProduct(id: number): Reply {
    const product = this.products[id - 1]
    if (product === undefined) return problem(404, 'not-found')
    product.isDeleted = true
    return { status: 204 }
  }

  #inventory(id: number): Reply {
    const product = this.products[id - 1]
    if (product === undefined) return problem(404, 'not-found')
    return { status: 200, body: { product_id: id, on_hand: product.onHand, sold: product.sold, ledger: [] } }
  }

  #placeOrder(channel: Channel, form: { user_id: string; product_id: number; quantity: number }): Reply {
    const { loses, doubles, repeatsIds, oversells, deadLetters, cutsResponses, diesAfter } = this.misbehaviour
    const count = ++this.#orderCounts[channel]
    if (diesAfter !== undefined && count > diesAfter) {
      void this.close()
      return { status: 0 }
    }
    const isEvery = (nth: number | undefined) => nth !== undefined && count % nth === 0
    const id = isEvery(repeatsIds)
      ? (this.orders.findLast((order) => order.channel === channel)?.id ?? 'first')
      : crypto.randomUUID()
    const success = {
      status: channel === 'sync' ? 201 : 202,
      body: { id, status: channel === 'sync' ? 'confirmed' : 'pending' },
    }
    if (isEvery(loses)) {
      this.#lost.add(id)
      return success
    }
    if (isEvery(deadLetters)) {
      this.#lost.add(id)
      this.#deadLetters.unshift({ message_id: id, status: 'open', last_failed_at: new Date().toISOString() })
      return success
    }
    const isSold = this.#sell(form.product_id, form.quantity, oversells === true)
    if (isEvery(doubles)) this.#sell(form.product_id, form.quantity, true)
    if (!isEvery(repeatsIds)) this.#record(id, channel, form, isSold)
    if (isEvery(cutsResponses)) return { status: 0 }
    return isSold || channel !== 'sync' ? success : problem(409, 'insufficient-stock')
  }

  #sell(productId: number, units: number, evenIfSoldOut: boolean): boolean {
    const product = this.products[productId - 1]
    if (product === undefined || (product.onHand < units && !evenIfSoldOut)) return false
    product.onHand -= units
    product.sold += units
    return true
  }

  #record(
    id: string,
    channel: Channel,
    form: { user_id: string; product_id: number; quantity: number },
    isSold: boolean,
  ) {
    const now = new Date().toISOString()
    this.orders.push({
      id,
      channel,
      status: isSold ? 'confirmed' : 'rejected',
      user_id: form.user_id,
      items: [{ product_id: form.product_id, quantity: form.quantity }],
      accepted_at: now,
      consumed_at: now,
      committed_at: now,
    })
  }

  #cancel(id: string): Reply {
    const order = this.orders.find((one) => one.id === id)
    if (order?.status !== 'confirmed') return problem(409, 'illegal-transition')
    order.status = 'cancelled'
    for (const { product_id, quantity } of order.items) this.#sell(product_id, -quantity, true)
    return { status: 200, body: order }
  }

  #order(id: string): Reply {
    const order = this.orders.find((one) => one.id === id)
    if (order !== undefined) return { status: 200, body: order }
    return this.#lost.has(id) ? { status: 200, body: { id, status: 'pending' } } : problem(404, 'not-found')
  }

  /** Newest first. The cursor is the number of older orders. */
  #list(query: URLSearchParams): Reply {
    const limit = Number(query.get('limit') ?? 20)
    const ofChannel = this.orders.filter(({ channel }) => channel === query.get('channel'))
    const end = query.has('cursor') ? Number(query.get('cursor')) : ofChannel.length
    const start = Math.max(0, end - limit)
    const items = ofChannel.slice(start, end).toReversed()
    return { status: 200, body: start === 0 ? { items } : { items, next_cursor: String(start) } }
  }
}

function problem(status: number, code: string): Reply {
  return { status, body: { type: `/problems/${code}`, title: code, status } }
}
