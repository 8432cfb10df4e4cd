import { http } from '../composition/telemetry'
import { messageSchema } from '../messages'
import { getMessageSchema } from './contract'

export const handler = http(getMessageSchema, ({ params }) => ({ body: messageSchema(params.name) }))
