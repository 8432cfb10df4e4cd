import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Instance } from '../../tools/local/instance'
import { SERVER_NAMES, type ServerName } from '../../tools/local/server'

/** In MB. Enough for the data of a run, and small enough to be filled in a moment. */
const SIZE_MB: Readonly<Record<ServerName, number>> = { mysql: 500, kafka: 300, rabbitmq: 200 }
const BLOCK = Buffer.alloc(1_024 * 1_024)
const BALLAST = 'ballast'

/** File systems in memory, one for the data of each server. */
export class SmallDisks {
  #areMounted = false

  constructor(private readonly instance: Instance) {}

  /** Why disks cannot be mounted here; undefined if they can. */
  static get obstacle(): string | undefined {
    if (process.platform !== 'linux') return 'needs Linux'
    return process.getuid?.() === 0 ? undefined : 'needs root, to mount a small file system'
  }

  get areMounted(): boolean {
    return this.#areMounted
  }

  mount(): void {
    for (const name of SERVER_NAMES) {
      const folder = this.instance.serverFolder(name)
      mkdirSync(folder, { recursive: true })
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB[name]}m`, 'tmpfs', folder])
    }
    this.#areMounted = true
  }

  /** Also unmounts what an earlier run has left behind. */
  unmount(): void {
    if (process.platform !== 'linux') return
    const mounts = readFileSync('/proc/mounts', 'utf8')
    for (const name of SERVER_NAMES) {
      const folder = this.instance.serverFolder(name)
      if (mounts.includes(` ${folder} tmpfs `)) execFileSync('umount', ['--lazy', folder])
    }
    this.#areMounted = false
  }

  /** Fills the disk of a server to the last byte. */
  fill(name: ServerName): void {
    const file = openSync(this.#ballast(name), 'a')
    try {
      for (let size = BLOCK.length; size > 0; ) {
        try {
          writeSync(file, BLOCK, 0, size)
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
          size = Math.floor(size / 2)
        }
      }
    } finally {
      closeSync(file)
    }
  }

  /** Removes what `fill` has written. */
  empty(): void {
    for (const name of SERVER_NAMES) if (existsSync(this.#ballast(name))) rmSync(this.#ballast(name))
  }

  #ballast(name: ServerName): string {
    return join(this.instance.serverFolder(name), BALLAST)
  }
}
