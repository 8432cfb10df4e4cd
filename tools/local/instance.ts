import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessFiles } from './native-process'
import { readOrCreateTag } from './tag-file'

/**
 * One set of local servers, with all of its files in one folder. A checkout has one instance for `npm start` and one
 * for its tests. Several checkouts can run at the same time.
 */
export class Instance {
  readonly folder: string
  /** A part of the name of each server, which distinguishes the servers of this instance from all others. */
  readonly tag: string

  /** @throws {InstanceFileError} when the tag is lost */
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

  /** The folders of a server that exist: of the single server `kafka`, and of the nodes `kafka-1`, `kafka-2`, ... */
  foldersOf(server: string): string[] {
    if (!existsSync(this.folder)) return []
    const isOfServer = new RegExp(`^${server}(-\\d+)?$`)
    return readdirSync(this.folder).filter((name) => isOfServer.test(name))
  }

  files(server: string): ProcessFiles {
    const folder = this.serverFolder(server)
    return { pidFile: join(folder, 'pid'), logFile: join(folder, 'log'), serverFolder: folder }
  }

  owns(tag: string | undefined): boolean {
    return tag === this.tag
  }

  /** True for a server that an instance other than this one started. */
  isOthers(tag: string | undefined): boolean {
    return tag !== undefined && tag !== this.tag
  }
}

const beingFilled = new Map<string, Promise<void>>()

/**
 * Fills a folder only once, also when several callers of this process need it at the same time. The folder gets its name
 * after `fill` has succeeded, so an interrupted start leaves no half-initialised folder behind.
 */
export function fillOnce(folder: string, fill: (staging: string) => Promise<void>): Promise<void> {
  const filling = beingFilled.get(folder) ?? fillFolder(folder, fill).finally(() => beingFilled.delete(folder))
  beingFilled.set(folder, filling)
  return filling
}

async function fillFolder(folder: string, fill: (staging: string) => Promise<void>): Promise<void> {
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
