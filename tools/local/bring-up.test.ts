import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, describe, expect, it } from 'vitest'
import { judge } from './bring-up'
import { Instance } from './instance'
import { mysqlServer } from './mysql-server'
import type { ProbeResult } from './server'

const folder = mkdtempSync(join(tmpdir(), 'bring-up-'))
const instance = new Instance(folder)
const another = new Instance(join(folder, 'another'))
afterAll(() => rmSync(folder, { recursive: true }))

function judgeMysql(result: ProbeResult, settings: Readonly<Record<string, string>> = {}) {
  const setByUser = new Set(Object.keys(settings))
  return judge(mysqlServer, result, { config: parseConfig(settings), instance, setByUser })
}

const ready = (tag: string | undefined): ProbeResult => ({ kind: 'ready', version: '8.4', tag })

describe('the decision about a server', () => {
  it('is to use a server that responds, from this checkout or of unknown origin', () => {
    for (const tag of [instance.tag, undefined]) {
      expect(judgeMysql(ready(tag))).toMatchObject({ kind: 'up', how: 'already running', version: '8.4' })
    }
  })

  it('is not to use the server of another checkout', () => {
    expect(judgeMysql(ready(another.tag))).toBeUndefined()
  })

  it('is to use the server of another checkout when the user set its port', () => {
    expect(judgeMysql(ready(another.tag), { MYSQL_PORT: '3306' })).toMatchObject({ kind: 'up' })
  })

  it('is to start a server where none responds, or one that refuses the credentials', () => {
    expect(judgeMysql({ kind: 'silent' })).toBeUndefined()
    expect(judgeMysql({ kind: 'refused', reason: 'refuses user root' })).toBeUndefined()
  })

  it('reports a missing server on another machine', () => {
    const outcome = judgeMysql({ kind: 'refused', reason: 'refuses user root' }, { MYSQL_HOST: 'db.example.com' })

    expect(outcome).toMatchObject({
      kind: 'missing',
      reason: 'db.example.com:3306 refuses user root, and only a local one can be started',
    })
  })
})
