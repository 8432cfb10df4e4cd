import { ROLES, type Role } from '@ecommerce/runtime'

/** The owner and the stranger are customers. The requests about orders are about an order of the owner. */
export const CALLERS = ['anonymous', 'owner', 'stranger', 'staff', 'operator'] as const
export type MatrixCaller = (typeof CALLERS)[number]

/** `yes`: the success of the route. Otherwise the status of the refusal. */
export type Access = 'yes' | 401 | 403 | 404

type Row = Readonly<Record<MatrixCaller, Access>>

const EVERYBODY: Row = { anonymous: 'yes', owner: 'yes', stranger: 'yes', staff: 'yes', operator: 'yes' }
const STAFF: Row = { anonymous: 401, owner: 403, stranger: 403, staff: 'yes', operator: 403 }
const OPERATOR: Row = { anonymous: 401, owner: 403, stranger: 403, staff: 403, operator: 'yes' }
/** The request names the owner as the user. */
const NAMED_OWNER: Row = { anonymous: 401, owner: 'yes', stranger: 403, staff: 'yes', operator: 403 }
/** To a stranger, the order looks like one that does not exist. */
const OWNED: Row = { ...NAMED_OWNER, stranger: 404 }

/** Who may use which route, by operation id. The table in docs/security.md says the same. */
export const ACCESS_MATRIX: Readonly<Record<string, Row>> = {
  listProducts: EVERYBODY,
  getProduct: EVERYBODY,
  createProduct: STAFF,
  replaceProduct: STAFF,
  updateProduct: STAFF,
  deleteProduct: STAFF,
  getInventory: STAFF,
  adjustInventory: STAFF,

  createOrderSync: NAMED_OWNER,
  createOrderKafka: NAMED_OWNER,
  createOrderRabbitMq: NAMED_OWNER,
  listOrders: NAMED_OWNER,
  getOrder: OWNED,
  getOrderTimeline: OWNED,
  cancelOrder: OWNED,
  changeOrderStatus: STAFF,

  listDeadLetters: OPERATOR,
  getDeadLetter: OPERATOR,
  replayDeadLetter: OPERATOR,
  discardDeadLetter: OPERATOR,

  getMetrics: OPERATOR,
  getAbout: OPERATOR,
  getHealth: EVERYBODY,
  getReady: EVERYBODY,
  getOpenApi: EVERYBODY,
  getHome: EVERYBODY,
  getDocs: EVERYBODY,
  getStatus: EVERYBODY,
  getProblem: EVERYBODY,
  getMessageSchema: EVERYBODY,
}

const ROLE_OF: Readonly<Record<Exclude<MatrixCaller, 'anonymous'>, Role>> = {
  owner: 'customer',
  stranger: 'customer',
  staff: 'staff',
  operator: 'operator',
}

/** The claims of a caller's token. The user id is the name of the caller. */
export function claimsOf(caller: Exclude<MatrixCaller, 'anonymous'>) {
  return { sub: caller, scope: ROLES[ROLE_OF[caller]].join(' ') }
}

/** What the requests of the matrix are about. */
export interface MatrixSubjects {
  readonly productId: number
  /** An order of the owner. */
  readonly orderId: string
  readonly deadLetterId: string
}

export interface MatrixRequest {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A valid request to the route. */
export function matrixRequest(
  operationId: string,
  { productId, orderId, deadLetterId }: MatrixSubjects,
): MatrixRequest {
  const product = { id: String(productId) }
  const order = { id: orderId }
  const deadLetter = { id: deadLetterId }
  const lamp = { name: 'Lamp', price: 19.99, stock: 5 }
  const form = { user_id: 'owner', product_id: productId, quantity: 1 }
  const requests: Readonly<Record<string, MatrixRequest>> = {
    getProduct: { params: product },
    createProduct: { body: lamp },
    replaceProduct: { params: product, body: { name: 'Lamp', price: 19.99 } },
    updateProduct: { params: product, body: { price: 21 } },
    deleteProduct: { params: product },
    getInventory: { params: product },
    adjustInventory: { params: product, body: { delta: 1, reason: 'found' } },
    createOrderSync: { body: form },
    createOrderKafka: { body: form },
    createOrderRabbitMq: { body: form },
    listOrders: { query: { user_id: 'owner' } },
    getOrder: { params: order },
    getOrderTimeline: { params: order },
    cancelOrder: { params: order, body: {} },
    changeOrderStatus: { params: order, body: { status: 'shipped' } },
    getDeadLetter: { params: deadLetter },
    replayDeadLetter: { params: deadLetter },
    discardDeadLetter: { params: deadLetter },
    getProblem: { params: { code: 'not-found' } },
    getMessageSchema: { params: { name: 'order-placed.v1.json' } },
  }
  return requests[operationId] ?? {}
}
