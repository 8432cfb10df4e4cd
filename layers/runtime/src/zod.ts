/**
 * The part of zod that the shop uses. With the whole namespace, each function would load three times as much of zod.
 * Import `z` from here or from `@ecommerce/runtime`, and add what you need.
 */
export * as z from './zod-exports'
