import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessFiles } from './native-process'

const TAG = /ecommerce-local-[0-9a-f]{8}/

/**
 * One set of local servers: everything it owns lies in one folder. A checkout has one for `npm start` and another one
 * for its tests, and several checkouts can run side by side.
 */
export class Instance {
  readonly folder: string
  /** The name our servers introduce themselves with, so that another checkout's are told apart from ours. */
  readonly tag: string

  constructor(folder: string) {
    this.folder = folder
    this.tag = readOrCreateTag(folder)
  }

  get addressFile(): string {
    return join(this.folder, 'servers.env')
  }

  serverFolder(server: string): string {
    return join(this.folder, server)
  }

  files(server: string): ProcessFiles {
    return { pidFile: join(this.folder, server, 'pid'), logFile: join(this.folder, server, 'log') }
  }

  owns(tag: string | undefined): boolean {
    return tag === this.tag
  }

  /** True for a server that an instance other than this one started. */
  isOthers(tag: string | undefined): boolean {
    return tag !== undefined && tag !== this.tag
  }
}

/** The tag within the name a server goes by; none for a server that is not of this project. */
export function findTag(name: string | undefined): string | undefined {
  return TAG.exec(name ?? '')?.[0]
}

/**
 * Fills a folder once, however often it is tried: it appears under its name only when `fill` has ended well, so a
 * start that was cut off leaves nothing half-initialised behind.
 */
export async function fillOnce(folder: string, fill: (staging: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const staging = `${folder}.${process.pid}.new`
  rmSync(staging, { recursive: true, force: true })
  await mkdir(staging, { recursive: true })
  try {
    await fill(staging)
    renameSync(staging, folder)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

function readOrCreateTag(folder: string): string {
  const file = join(folder, 'tag')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `ecommerce-local-${randomBytes(4).toString('hex')}\n`)
  }
  return readFileSync(file, 'utf8').trim()
}
