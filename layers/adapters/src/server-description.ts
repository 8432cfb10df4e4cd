/** The version and the durability settings of a server. */
export interface ServerDescription {
  /** Undefined when the server does not report it. */
  readonly version?: string | undefined
  /** The settings that decide whether accepted data survives a crash, by the server's own names. */
  readonly durability: Readonly<Record<string, string>>
}
