import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InstanceFileError, quote, readInstanceFile } from './instance-files'
import { toTag } from './kafka-cluster-id'

const TAG = /ecommerce-local-[0-9a-f]{8}/
const SERVER_FOLDER = /^(mysql|kafka|rabbitmq)(-\d+)?$/

/** The tag in the name of a server; undefined for a server that does not belong to this project. */
export function findTag(name: string | undefined): string | undefined {
  return TAG.exec(name ?? '')?.[0]
}

/**
 * The tag of an instance. A new folder gets a new one.
 * @throws {InstanceFileError} when the tag is lost although servers have data: under another tag, they would count as
 * those of another checkout
 */
export function readOrCreateTag(folder: string): string {
  const file = join(folder, 'tag')
  const text = readInstanceFile(file)
  const tag = text?.trim()
  if (tag !== undefined && findTag(tag) === tag) return tag

  const former = findFormerTag(folder)
  if (text === undefined && former === undefined) return createTag(folder, file)
  const problem = text === undefined ? 'is missing' : text.trim() === '' ? 'is empty' : 'is damaged'
  const remedy =
    former === undefined
      ? `Delete it, and the next command creates a new one: rm ${quote(file)}`
      : `The data of the servers contain it. To restore it: echo ${former} > ${quote(file)}`
  throw new InstanceFileError(
    `${file} ${problem}. Without it, the servers of this checkout cannot be told from those of others. ${remedy}`,
  )
}

function createTag(folder: string, file: string): string {
  const tag = `ecommerce-local-${randomBytes(4).toString('hex')}`
  const staging = `${file}.${process.pid}.new`
  mkdirSync(folder, { recursive: true })
  writeFileSync(staging, `${tag}\n`)
  try {
    // Unlike a rename, this does not replace the file of another process that was faster.
    linkSync(staging, file)
    return tag
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readOrCreateTag(folder)
    throw error
  } finally {
    rmSync(staging)
  }
}

/** The tag under which the servers of this folder were started. */
function findFormerTag(folder: string): string | undefined {
  const servers = listFolder(folder).filter((name) => SERVER_FOLDER.test(name))
  for (const server of servers) {
    const clusterId = /^cluster\.id=(\S+)/m.exec(readIfPossible(join(folder, server, 'data', 'meta.properties')))?.[1]
    const tag = clusterId === undefined ? undefined : toTag(clusterId)
    // RabbitMQ logs the name of its node at each start. MySQL's data does not contain the tag.
    const found =
      tag ?? (server.startsWith('rabbitmq') ? lastTag(readIfPossible(join(folder, server, 'log'))) : undefined)
    if (found !== undefined) return found
  }
  return undefined
}

function lastTag(text: string): string | undefined {
  return text.match(new RegExp(TAG, 'g'))?.at(-1)
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Only a source of advice: what cannot be read contributes nothing. */
function readIfPossible(file: string): string {
  try {
    return readInstanceFile(file) ?? ''
  } catch {
    return ''
  }
}
