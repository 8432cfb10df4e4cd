import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { InstancesFile } from './instances-file'

it('the file lists the current instances in the format of Prometheus, until it is removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'instances-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'instances-3000.json')
  const file = new InstancesFile(path)

  file.write([4001])
  file.write([4002, 4003])
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([{ targets: ['127.0.0.1:4002', '127.0.0.1:4003'] }])
  expect(readdirSync(folder)).toEqual(['instances-3000.json'])

  file.remove()
  expect(readdirSync(folder)).toEqual([])
})
