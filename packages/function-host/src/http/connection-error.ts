import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { MAX_TARGET_BYTES } from './check-head'
import { HEAD_TOO_LARGE, malformed, type Refusal, TARGET_TOO_LONG, TOO_SLOW } from './refusal'

/** What Node passes to `clientError` for a request that it cannot parse, or that does not arrive in time. */
export type ConnectionError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer }

const BAD_METHOD = malformed('The method of the request is unknown.')
const BAD_HTTP = malformed('The request is not valid HTTP/1.1.')

/** @param bytesRead what has arrived on the connection so far */
export function refusalOf({ code, rawPacket }: ConnectionError, bytesRead: number): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TOO_SLOW
  if (code === 'HPE_INVALID_METHOD') return BAD_METHOD
  if (code === 'HPE_HEADER_OVERFLOW')
    return rawPacket?.length === bytesRead && hasLongTarget(rawPacket) ? TARGET_TOO_LONG : HEAD_TOO_LARGE
  return BAD_HTTP
}

function hasLongTarget(packet: Buffer | undefined): boolean {
  return (
    packet !== undefined && packet.length > MAX_TARGET_BYTES && !packet.subarray(0, MAX_TARGET_BYTES).includes('\n')
  )
}

/** The response that a connection waits for. Node has no public property for it. */
export function pendingResponseOf(socket: Socket): (ServerResponse & { readonly req: IncomingMessage }) | undefined {
  return Reflect.get(socket, '_httpMessage') ?? undefined
}
