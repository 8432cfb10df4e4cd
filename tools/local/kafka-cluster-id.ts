const CLUSTER_PREFIX = Buffer.from('ecom-local--')

/** A cluster id is 16 bytes in base64url. It contains the tag of the instance. */
export function toClusterId(tag: string): string {
  return Buffer.concat([CLUSTER_PREFIX, Buffer.from(tag.slice(-8), 'hex')]).toString('base64url')
}

export function toTag(clusterId: string): string | undefined {
  const bytes = Buffer.from(clusterId, 'base64url')
  const isOurs = bytes.length === 16 && bytes.subarray(0, 12).equals(CLUSTER_PREFIX)
  return isOurs ? `ecommerce-local-${bytes.subarray(12).toString('hex')}` : undefined
}
