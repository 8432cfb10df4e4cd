import * as zlib from 'node:zlib'
import { decompress as decompressZstd } from 'fzstd'
import { decompress as decompressSnappy } from 'kafkajs-snappy-codec'
import { decompressLz4 } from './lz4'

/** The codecs of the Kafka protocol, by their number in the attributes of a batch. */
const CODECS: readonly { readonly name: string; decompress(data: Buffer): Buffer }[] = [
  { name: 'none', decompress: (data) => data },
  { name: 'gzip', decompress: zlib.gunzipSync },
  { name: 'snappy', decompress: decompressSnappy },
  { name: 'lz4', decompress: decompressLz4 },
  { name: 'zstd', decompress: zstd() },
]

/** @throws when the codec is unknown or the data is damaged */
export function decompress(codec: number, data: Buffer): Buffer {
  const found = CODECS[codec]
  if (found === undefined) throw new RangeError(`the compression codec ${codec} is unknown`)
  try {
    return found.decompress(data)
  } catch (error) {
    throw new Error(`${found.name}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Node has zstd since 22.15, and it is faster. */
function zstd(): (data: Buffer) => Buffer {
  const native = (zlib as { readonly zstdDecompressSync?: (data: Buffer) => Buffer }).zstdDecompressSync
  return native ?? ((data) => toBuffer(decompressZstd(data)))
}
