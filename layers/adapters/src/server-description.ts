/** What a server says of itself. */
export interface ServerDescription {
  /** Not every server tells. */
  readonly version?: string | undefined
  /** The settings that decide whether what it has accepted survives, in its own terms. */
  readonly durability: Readonly<Record<string, string>>
}
