import { MAX_HEAD_BYTES } from './check-head'

/** The system allows fewer: on Linux, `net.core.somaxconn`. With the default of Node, 512 clients fill it. */
export const BACKLOG = 65_535

/**
 * More connections are closed immediately. An idle one needs about 20 KB. The limit of open files may be lower; then the system
 * refuses connections.
 */
export const MAX_CONNECTIONS = 20_000

/** Beyond these limits, requests are refused. */
export const MAX_IN_FLIGHT = 10_000
export const MAX_BODY_BYTES_IN_FLIGHT = 256 * 1024 * 1024

export const TIMEOUTS = {
  /** For the arrival of the headers, and of the rest of a request whose body nobody reads. */
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  /** Longer than the usual 60 s of load balancers, so that they close idle connections and lose no request. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1_000,
}

export const PARSER = {
  /** Far more than `checkHead` allows, so that most requests with too much are parsed and get its response. */
  maxHeaderSize: 6 * MAX_HEAD_BYTES,
  /** `checkHead` does this. */
  requireHostHeader: false,
}

/** For a connection without any traffic, for example because the client does not read the response. */
export const IDLE_SOCKET_MS = 120_000
