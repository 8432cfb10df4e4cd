import { renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Tells Prometheus which instances there are behind a port, in the format of its file-based service discovery
 * (`file_sd_configs`): asked through the port they share, another one would answer each time.
 */
export class InstancesFile {
  constructor(private readonly file: string) {}

  /** At once: Prometheus may read at any moment. */
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
