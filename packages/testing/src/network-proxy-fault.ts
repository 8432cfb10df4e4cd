/** The way of the bytes: from the client to the server, or back. */
export type Direction = 'toServer' | 'toClient'
export const DIRECTIONS = ['toServer', 'toClient'] as const satisfies readonly Direction[]

interface Directed {
  /** Both directions by default. */
  readonly direction?: Direction
}

/**
 * A fault of the network between a client and a server. TCP itself stays correct: no byte is changed, repeated or
 * delivered out of order.
 */
export type NetworkFault =
  /** Each byte arrives later by this time. */
  | (Directed & { readonly kind: 'latency'; readonly delayMs: number })
  /** Each connection transports no more than this. */
  | (Directed & { readonly kind: 'throttle'; readonly bytesPerSecond: number })
  /** Connections are accepted, and their bytes are thrown away. The end of the fault resets them. */
  | (Directed & { readonly kind: 'blackhole' })
  /**
   * Nothing arrives, neither bytes nor closes, and both sides stay open. After the fault the bytes arrive, unless one
   * side has closed meanwhile: then the other side never learns of it, as after the loss of a host.
   */
  | (Directed & { readonly kind: 'partition' })
  /** Each connection ends after this number of bytes, in the middle of a message. */
  | (Directed & { readonly kind: 'drop'; readonly afterBytes: number })
  /** The receiver sees an end of the stream, while the other direction still works. */
  | { readonly kind: 'half-close'; readonly direction: Direction }
  /** All connections are reset (RST), new ones as soon as they are accepted. */
  | { readonly kind: 'reset' }
  /** All connections end, and new ones are refused. */
  | { readonly kind: 'refuse' }
  /** The network works and resets all connections in turn, each for this time. */
  | { readonly kind: 'flap'; readonly everyMs: number }

export type NetworkFaultKind = NetworkFault['kind']

export const NETWORK_FAULT_KINDS = [
  'latency',
  'throttle',
  'blackhole',
  'partition',
  'drop',
  'half-close',
  'reset',
  'refuse',
  'flap',
] as const satisfies readonly NetworkFaultKind[]

/** What happens to the bytes of one direction. */
export type FlowMode =
  | { readonly kind: 'flow' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  | { readonly kind: 'discard' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'cut'; readonly afterBytes: number }

const FLOW: FlowMode = { kind: 'flow' }

/** @param fault undefined while the network works */
export function flowModeOf(fault: NetworkFault | undefined, direction: Direction): FlowMode {
  if (fault === undefined) return FLOW
  if ('direction' in fault && fault.direction !== undefined && fault.direction !== direction) return FLOW
  switch (fault.kind) {
    case 'latency':
      return { kind: 'delay', delayMs: fault.delayMs }
    case 'throttle':
      return { kind: 'throttle', bytesPerSecond: fault.bytesPerSecond }
    case 'blackhole':
      return { kind: 'discard' }
    case 'partition':
      return { kind: 'hold' }
    case 'drop':
      return { kind: 'cut', afterBytes: fault.afterBytes }
    default:
      return FLOW
  }
}
