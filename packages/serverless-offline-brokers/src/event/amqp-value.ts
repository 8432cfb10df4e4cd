/** A value of an AMQP field table. Types that JavaScript lacks have classes of their own. */
export type AmqpValue =
  | number
  | boolean
  | null
  | AmqpText
  | AmqpBytes
  | AmqpTimestamp
  | AmqpDecimal
  | readonly AmqpValue[]
  | AmqpTable

export interface AmqpTable {
  readonly [name: string]: AmqpValue
}

/** A long string. Its bytes may be other than UTF-8. */
export class AmqpText {
  constructor(readonly bytes: Uint8Array) {}
}

export class AmqpBytes {
  constructor(readonly bytes: Uint8Array) {}
}

export class AmqpTimestamp {
  constructor(readonly seconds: number) {}
}

export class AmqpDecimal {
  constructor(
    readonly digits: number,
    readonly places: number,
  ) {}
}

/** The properties of a message, as far as it has them. */
export interface AmqpProperties {
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly headers?: AmqpTable | undefined
  readonly deliveryMode?: number | undefined
  readonly priority?: number | undefined
  readonly correlationId?: string | undefined
  readonly replyTo?: string | undefined
  readonly expiration?: string | undefined
  readonly messageId?: string | undefined
  /** Seconds since 1970. */
  readonly timestamp?: number | undefined
  readonly type?: string | undefined
  readonly userId?: string | undefined
  readonly appId?: string | undefined
  readonly clusterId?: string | undefined
}
