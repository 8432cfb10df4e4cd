import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillOnce, Instance } from './instance'
import { toClusterId, toTag } from './kafka-cluster-id'
import { findTag } from './tag-file'

describe('an instance', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'instance-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('keeps its tag, which differs from that of another instance', () => {
    const tag = new Instance(folder).tag

    expect(new Instance(folder).tag).toBe(tag)
    expect(new Instance(join(folder, 'test')).tag).not.toBe(tag)
  })

  it('distinguishes its own servers, those of other instances and unknown ones', () => {
    const instance = new Instance(folder)

    expect(instance.isOthers(instance.tag)).toBe(false)
    expect(instance.isOthers(undefined)).toBe(false)
    expect(instance.isOthers('ecommerce-local-ffffffff')).toBe(true)
  })

  it('is recognised by the names of its servers', () => {
    const { tag } = new Instance(folder)

    expect(findTag(`rabbit@${tag}`)).toBe(tag)
    expect(toTag(toClusterId(tag))).toBe(tag)
    expect(findTag('rabbit@host')).toBeUndefined()
    expect(toTag('4L6g3nShT-eMCtK--X86sw')).toBeUndefined()
  })

  it('fills a folder once', async () => {
    const data = join(folder, 'data')
    const fill = async (staging: string) => writeFileSync(join(staging, 'file'), '')

    await fillOnce(data, fill)
    await fillOnce(data, () => Promise.reject(new Error('filled twice')))

    expect(readdirSync(data)).toEqual(['file'])
  })

  it('fills a folder once for callers at the same time, and again after a failure', async () => {
    const data = join(folder, 'data')
    let fills = 0
    const fail = async () => {
      fills += 1
      throw new Error('disk full')
    }

    const results = await Promise.allSettled([fillOnce(data, fail), fillOnce(data, fail)])
    await fillOnce(data, async (staging) => writeFileSync(join(staging, 'file'), ''))

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(fills).toBe(1)
    expect(readdirSync(data)).toEqual(['file'])
  })

  it('leaves nothing behind when filling a folder fails', async () => {
    const data = join(folder, 'data')

    await expect(fillOnce(data, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')

    expect(existsSync(data)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })
})
