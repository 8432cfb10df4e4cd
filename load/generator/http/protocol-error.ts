/** What a server sent is not an HTTP/1.1 response, or more than we are ready to read. */
export class ProtocolError extends Error {
  readonly code = 'protocol'
}
