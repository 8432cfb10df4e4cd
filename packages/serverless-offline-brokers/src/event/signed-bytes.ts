/**
 * Bytes as signed numbers, as Java and so AWS write them into JSON: `ë` is `[-61, -85]`
 * (aws-powertools/powertools-lambda-python#6862, aws/aws-lambda-dotnet#1476). `Buffer.from(bytes)` restores them.
 */
export function toSignedBytes(bytes: Uint8Array): number[] {
  return Array.from(bytes, (byte) => (byte > 127 ? byte - 256 : byte))
}
