import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessFiles } from './native-process'

const TAG = /ecommerce-local-[0-9a-f]{8}/

/**
 * One set of local servers, with all of its files in one folder. A checkout has one instance for `npm start` and one
 * for its tests. Several checkouts can run at the same time.
 */
export class Instance {
  readonly folder: string
  /** A part of the name of each server, which distinguishes the servers of this instance from all others. */
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

  /** The folders of a server that exist: of the single server `kafka`, and of the nodes `kafka-1`, `kafka-2`, ... */
  foldersOf(server: string): string[] {
    if (!existsSync(this.folder)) return []
    const isOfServer = new RegExp(`^${server}(-\\d+)?$`)
    return readdirSync(this.folder).filter((name) => isOfServer.test(name))
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

/** The tag in the name of a server; undefined for a server that does not belong to this project. */
export function findTag(name: string | undefined): string | undefined {
  return TAG.exec(name ?? '')?.[0]
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

function readOrCreateTag(folder: string): string {
  const file = join(folder, 'tag')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `ecommerce-local-${randomBytes(4).toString('hex')}\n`)
  }
  return readFileSync(file, 'utf8').trim()
}
