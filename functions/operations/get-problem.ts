import { PROBLEMS } from '@ecommerce/runtime'
import { http } from '../composition/telemetry'
import { getProblem } from './contract'

export const handler = http(getProblem, ({ params }) => ({
  body: { type: `/problems/${params.code}`, ...PROBLEMS[params.code] },
}))
