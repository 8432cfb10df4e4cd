import { http } from '../composition/telemetry'
import { MESSAGE_SCHEMAS } from '../messages'
import { getMessageSchema } from './contract'

export const handler = http(getMessageSchema, ({ params }) => ({ body: MESSAGE_SCHEMAS[params.name] }))
