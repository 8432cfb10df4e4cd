/** By default, a broker accepts at most 1 MB for one partition in one request. */
const MAX_REQUEST_BYTES = 768 * 1024

/** Splits messages into parts that fit into one request, in the same order. Usually there is one part. */
export function splitBySize<Message>(
  messages: readonly Message[],
  bytesOf: (message: Message) => number,
): (readonly Message[])[] {
  const parts: Message[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = bytesOf(message)
    if (bytes + size > MAX_REQUEST_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(message)
    bytes += size
  }
  return parts
}
