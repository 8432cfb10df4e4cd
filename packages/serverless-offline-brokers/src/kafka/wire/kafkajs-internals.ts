import type { Cluster } from 'kafkajs'
import { ByteReader } from './byte-reader'
import type { FetchArguments } from './fetch-request'

/*
 * What the plugin uses of kafkajs 2.2.4 without a public interface. `package.json` names this exact version. All uses are
 * in this file.
 */

export interface BrokerConnection {
  /** By the number of the request type. Null before the first connection. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null
  readonly connectionPool: { send(request: RawRequest): Promise<unknown> }
  fetch(args: FetchArguments): Promise<unknown>
  disconnect(): Promise<void>
}

interface RawRequest {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    /** kafkajs appends `buffer` to the header, and checks only that `buf` is a buffer. */
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: {
    decode(data: Buffer): Promise<unknown>
    parse(decoded: unknown): Promise<unknown>
  }
}

export interface ProtocolRequest<T> {
  readonly apiKey: number
  readonly apiName: string
  readonly apiVersion: number
  /** Newer versions have tags at the end of each structure, also at the end of the headers, which kafkajs writes. */
  readonly hasTags: boolean
  readonly body: Buffer
  decode(reader: ByteReader): T
}

const NO_TAGS = Buffer.of(0)

/** Sends a request of a version that kafkajs does not have. */
export async function sendRequest<T>(broker: BrokerConnection, request: ProtocolRequest<T>): Promise<T> {
  const { hasTags, body, decode, ...names } = request
  const buffer = hasTags ? Buffer.concat([NO_TAGS, body]) : body
  let decoded: { readonly response: T } | undefined
  try {
    await broker.connectionPool.send({
      request: { ...names, encode: async () => ({ buf: buffer, buffer }) },
      response: {
        async decode(data) {
          const reader = new ByteReader(data)
          if (hasTags) reader.skipTags()
          decoded = { response: decode(reader) }
          return decoded.response
        },
        parse: async (response) => response,
      },
    })
  } catch (error) {
    // As the class of kafkajs does.
    if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect()
    throw error
  }
  if (decoded === undefined) throw new Error(`the response to ${request.apiName} is missing`)
  return decoded.response
}

/** Lets a consumer fetch with another function. Call it with the cluster that the partition assigners receive. */
export function replaceFetch(
  cluster: Cluster,
  fetch: (broker: BrokerConnection, args: FetchArguments) => Promise<unknown>,
): void {
  const findBroker = cluster.findBroker.bind(cluster)
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node)
    const connection = broker as unknown as BrokerConnection
    connection.fetch = (args) => fetch(connection, args)
    return broker
  }
}

/** Any broker of a cluster that has loaded its metadata. */
export async function findAnyBroker(cluster: Cluster): Promise<BrokerConnection> {
  const [nodeId] = cluster.getNodeIds()
  if (nodeId === undefined) throw new Error('the cluster has no broker')
  return (await cluster.findBroker({ nodeId: String(nodeId) })) as unknown as BrokerConnection
}

export function maxVersion(broker: BrokerConnection, apiKey: number): number {
  return broker.versions?.[apiKey]?.maxVersion ?? -1
}
