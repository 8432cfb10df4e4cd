import type { OrderRequest } from './order-request'

/** These types follow the contracts in `functions/products/contract.ts` and `functions/orders/contract.ts`. */
export interface Product {
  readonly id: number
  readonly name: string
  readonly price: number
  readonly stock: number
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly request_id: string
  readonly order_id?: string
}

export type OrderStatus = 'pending' | 'confirmed' | 'rejected' | 'shipped' | 'delivered' | 'cancelled'

export interface Timeline {
  readonly id: string
  readonly status: OrderStatus
  readonly history: readonly { readonly status: string; readonly at: string; readonly note?: string }[]
  /** Absent while the order is pending. */
  readonly stages?: {
    readonly accepted_to_consumed_ms: number
    readonly consumed_to_committed_ms: number
    readonly accepted_to_committed_ms: number
  }
}

/** A response as the page shows it. */
export interface Reply {
  readonly status: number
  /** From the start of the request to its response, measured by this browser. */
  readonly responseMs: number
  readonly body: string
}

/** The shop responded with an error. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'

  constructor(readonly problem: Problem) {
    super(problem.detail)
  }
}

/** Longer than the shop needs to refuse a request, also when a broker is down. */
const TIMEOUT_MS = 15_000
const MAX_PRODUCTS = 20

export async function listProductsInStock(): Promise<readonly Product[]> {
  const page = await getJson<{ items: readonly Product[] }>(`products?in_stock=true&limit=${MAX_PRODUCTS}`)
  return page.items
}

export function getProduct(id: number): Promise<Product> {
  return getJson(`products/${id}`)
}

export async function createDemoProduct(): Promise<Product> {
  return postJson('products', {
    name: 'Demo product',
    description: 'Created by the start page.',
    category: 'demo',
    price: 9.99,
    stock: 100,
  })
}

/** @returns the stock after the delivery */
export async function addStock(productId: number, units: number): Promise<number> {
  const path = `products/${productId}/inventory/adjustments`
  const { on_hand } = await postJson<{ on_hand: number }>(path, { delta: units, reason: 'delivery (start page)' })
  return on_hand
}

export function getTimeline(orderId: string): Promise<Timeline> {
  return getJson(`orders/${encodeURIComponent(orderId)}/timeline`)
}

/** @throws the error of `fetch` if there is no response */
export async function sendOrder({ path, headers, body }: OrderRequest): Promise<Reply> {
  const startedAt = performance.now()
  const response = await request(path, { method: 'POST', headers, body })
  const responseMs = performance.now() - startedAt
  return { status: response.status, responseMs, body: await response.text() }
}

interface RequestOptions extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>
}

function getJson<T>(path: string): Promise<T> {
  return jsonOf(request(path))
}

function postJson<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return jsonOf(request(path, { method: 'POST', headers, body: JSON.stringify(body) }))
}

/** @throws {ProblemError} */
async function jsonOf<T>(response: Promise<Response>): Promise<T> {
  const { ok, status } = await response
  const text = await (await response).text()
  if (!ok) throw new ProblemError(toProblem(status, text))
  return JSON.parse(text) as T
}

/** The problem of a response. A proxy may respond with something else. */
export function toProblem(status: number, body: string): Problem {
  const fallback = {
    type: 'about:blank',
    title: `Status ${status}`,
    status,
    detail: `The server responded with status ${status}.`,
    request_id: '',
  }
  try {
    return { ...fallback, ...JSON.parse(body) }
  } catch {
    return fallback
  }
}

let authorization: () => Readonly<Record<string, string>> = () => ({})

/** Sets the headers that every request to the shop has. */
export function sendHeaders(headers: () => Readonly<Record<string, string>>): void {
  authorization = headers
}

function request(path: string, { headers, ...options }: RequestOptions = {}): Promise<Response> {
  return fetch(path, {
    ...options,
    headers: { ...headers, ...authorization() },
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
}
