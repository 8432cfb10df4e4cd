/**
 * Bytes as the JSON of AWS has them: signed, for it is written by Java. `ë` is `[-61, -85]`
 * (aws-powertools/powertools-lambda-python#6862, aws/aws-lambda-dotnet#1476). `Buffer.from(bytes)` reads them back.
 */
export function toSignedBytes(bytes: Uint8Array): number[] {
  return Array.from(bytes, (byte) => (byte > 127 ? byte - 256 : byte))
}
