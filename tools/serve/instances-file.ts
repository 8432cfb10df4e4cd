import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Lists the instances behind a port for the file-based service discovery of Prometheus (`file_sd_configs`). Through the
 * shared port, each scrape would reach a different instance.
 */
export class InstancesFile {
  constructor(private readonly file: string) {}

  /** Replaces the file atomically: Prometheus may read it at any moment. */
  write(ports: readonly number[]): void {
    const next = `${this.file}.${process.pid}`
    const targets = ports.map((port) => `127.0.0.1:${port}`)
    writeFileSync(next, `${JSON.stringify([{ targets }])}\n`)
    renameSync(next, this.file)
  }

  remove(): void {
    rmSync(this.file, { force: true })
  }
}
