import type { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'

/** The first version of metadata with the cluster's topic ids that can be requested by name, of Kafka 2.8. */
export const METADATA_WITH_IDS = 10

const NO_ID = '0'.repeat(32)

export function encodeTopicIdRequest(topic: string): Buffer {
  const writer = new ByteWriter()
  // The id is zero: the topic is requested by its name.
  writer.compactArray([topic], (name) => writer.uuid(NO_ID).compactString(name).noTags())
  // No automatic creation of topics, and no lists of permitted operations.
  return writer.int8(0).int8(0).int8(0).noTags().toBuffer()
}

/** Undefined when the broker knows no id for the topic. */
export function decodeTopicId(reader: ByteReader): string | undefined {
  reader.int32() // throttle time
  reader.compactArray(() => {
    reader.int32() // node id
    reader.compactString() // host
    reader.int32() // port
    reader.compactString() // rack
    reader.skipTags()
  })
  reader.compactString() // cluster id
  reader.int32() // controller
  // Only the beginning of the first topic is of interest.
  if (reader.unsignedVarint() <= 1) return undefined
  reader.int16() // error code
  reader.compactString() // name
  const id = reader.uuid()
  return id === NO_ID ? undefined : id
}
