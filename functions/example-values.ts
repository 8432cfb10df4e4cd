/**
 * What the examples of all services share. The documentation fills its forms with them, so they follow one rule:
 * - A read, an order and a new product use `LAMP`, which `npm start` puts into an empty shop. They work there.
 * - Everything that changes or deletes uses ids that no shop has. Its response is a 404 until somebody enters an own id.
 */

/** The product 36 of `infra/mysql/seed-products.ts`. */
export const LAMP = {
  id: 36,
  name: 'Desk Lamp',
  description: 'Warm to cool light on a steady arm.',
  category: 'home',
  price: 54,
  stock: 390,
  version: 1,
  created_at: '2026-11-23T07:12:35.710Z',
  updated_at: '2026-11-23T07:12:35.710Z',
}

/** Far above the ids of any shop. */
export const NO_PRODUCT = 9_000_000_000_036

/** The form of an order id, with a wrong check: no shop has created it. */
export const NO_ORDER = '01a20740-6c6b-86f7-8443-65654c52379c'
export const NO_OTHER_ORDER = '01a20759-4683-831d-afca-f399b86bde47'

export const NO_DEAD_LETTER = '5f0c1d6a9b7e4c2f8a3d6e1b0c9f7a42'

export const REQUEST_ID = '8a6ff854-4404-4e87-bfc6-2f7024a6d769'
export const USER = 'ada'
