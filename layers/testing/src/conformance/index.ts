export { describeOrderStore } from './order-store'
export { describeProductStore } from './product-store'
export type { OpenStores, Stores } from './stores'
export { allPages, ledgerOf } from './stores'
