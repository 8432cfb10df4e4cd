import type { ApiExamples } from '@ecommerce/runtime'
import { DEAD_LETTER_EXAMPLES } from './dead-letters/examples'
import { REQUEST_ID } from './example-values'
import { OPERATION_EXAMPLES } from './operations/examples'
import { ORDER_EXAMPLES } from './orders/examples'
import { PROBLEM_EXAMPLES } from './problem-examples'
import { PRODUCT_EXAMPLES } from './products/examples'

/** The examples of all routes, for the OpenAPI document. Only the function that responds with it may load them. */
export const API_EXAMPLES: ApiExamples = {
  routes: { ...PRODUCT_EXAMPLES, ...ORDER_EXAMPLES, ...DEAD_LETTER_EXAMPLES, ...OPERATION_EXAMPLES },
  problems: PROBLEM_EXAMPLES,
  requestId: REQUEST_ID,
}
