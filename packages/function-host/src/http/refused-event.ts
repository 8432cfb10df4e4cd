import { type RequestParts, toEventOfPath } from './http-event'
import type { Refusal, RefusedEvent } from './refusal'

const ROUTE_KEY = '$refused'

/** The event of a refused request. It has no body, and its path is not decoded. @param parts undefined if nothing could be parsed */
export function toRefusedEvent(
  { status, code, detail }: Refusal,
  parts: RequestParts | undefined,
  at: number,
): RefusedEvent {
  const request = parts ?? { ...UNPARSED, at }
  return { ...toEventOfPath(request, request.path, ROUTE_KEY), refusal: { status, code, detail } }
}

const UNPARSED = {
  method: '',
  httpVersion: '1.1',
  rawHeaders: [],
  path: '',
  query: '',
  sourceIp: '',
  requestId: '',
}
