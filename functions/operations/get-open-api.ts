import { toOpenApi } from '@ecommerce/runtime'
import { API_INFO, API_ROUTES } from '../api'
import { http } from '../composition'
import { getOpenApi } from './contract'

const document = toOpenApi(API_INFO, API_ROUTES)

export const handler = http(getOpenApi, () => ({ body: document }))
