import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@ecommerce/runtime/config'
import { afterAll, describe, expect, it } from 'vitest'
import { judge } from './bring-up'
import { Instance } from './instance'
import { mysqlServer } from './mysql-server'
import type { Answer } from './server'

const folder = mkdtempSync(join(tmpdir(), 'bring-up-'))
const instance = new Instance(folder)
const another = new Instance(join(folder, 'another'))
afterAll(() => rmSync(folder, { recursive: true }))

function judgeMysql(answer: Answer, settings: Readonly<Record<string, string>> = {}) {
  const setByUser = new Set(Object.keys(settings))
  return judge(mysqlServer, answer, { config: parseConfig(settings), instance, setByUser })
}

const ready = (tag: string | undefined): Answer => ({ kind: 'ready', version: '8.4', tag })

describe('what to do about a server', () => {
  it('uses one that answers, whether it is ours or nobody knows whose', () => {
    for (const tag of [instance.tag, undefined]) {
      expect(judgeMysql(ready(tag))).toMatchObject({ kind: 'up', how: 'already running', version: '8.4' })
    }
  })

  it('leaves the server of another checkout to that checkout', () => {
    expect(judgeMysql(ready(another.tag))).toBeUndefined()
  })

  it('uses the server of another checkout when the user gave its port', () => {
    expect(judgeMysql(ready(another.tag), { MYSQL_PORT: '3306' })).toMatchObject({ kind: 'up' })
  })

  it('has to start one where nobody answers, or somebody who refuses us', () => {
    expect(judgeMysql({ kind: 'silent' })).toBeUndefined()
    expect(judgeMysql({ kind: 'refused', reason: 'refuses user root' })).toBeUndefined()
  })

  it('cannot start one on another machine', () => {
    const outcome = judgeMysql({ kind: 'refused', reason: 'refuses user root' }, { MYSQL_HOST: 'db.example.com' })

    expect(outcome).toMatchObject({
      kind: 'missing',
      reason: 'db.example.com:3306 refuses user root, and only a local one can be started',
    })
  })
})
