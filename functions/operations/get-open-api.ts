import { toOpenApi } from '@ecommerce/runtime'
import { API_ROUTES } from '../api'
import { API_INFO } from '../api-info'
import { config } from '../composition/settings'
import { http } from '../composition/telemetry'
import { API_EXAMPLES } from '../examples'
import { getOpenApi } from './contract'

let document: ReturnType<typeof toOpenApi> | undefined

export const handler = http(getOpenApi, () => {
  document ??= toOpenApi(API_INFO, API_ROUTES, API_EXAMPLES, config.AUTH_ISSUER)
  return { body: document }
})
