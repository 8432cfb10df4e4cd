import { toOpenApi } from '@ecommerce/runtime'
import { API_INFO, API_ROUTES } from '../api'
import { http } from '../composition'
import { getOpenApi } from './contract'

let document: ReturnType<typeof toOpenApi> | undefined

export const handler = http(getOpenApi, () => {
  document ??= toOpenApi(API_INFO, API_ROUTES)
  return { body: document }
})
