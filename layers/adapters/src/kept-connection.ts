/** Keeps one connection open between uses. After a failed use it is closed, and the next use opens another one. */
export class KeptConnection<Connection> {
  #opening: Promise<Connection> | undefined

  constructor(
    private readonly open: () => Promise<Connection>,
    private readonly disconnect: (connection: Connection) => Promise<unknown>,
  ) {}

  /** Rethrows the errors of opening and of the work. */
  async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    this.#opening ??= this.open()
    try {
      return await work(await this.#opening)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    const connection = await opening?.catch(() => undefined)
    if (connection !== undefined) await this.disconnect(connection)
  }
}
