import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { childEnvironment } from '../local/run'

const HOOKS = import.meta.dirname
const NODE_MODULES = join(HOOKS, '..', '..', 'node_modules')
const INSTALL = join(HOOKS, 'install.mjs')
const TIMEOUT_MS = 30_000

/** Without the variables of a git command that runs these tests. */
const ENVIRONMENT = Object.fromEntries(Object.entries(childEnvironment()).filter(([name]) => !name.startsWith('GIT_')))

let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'git-hooks-'))
})

afterEach(() => rmSync(checkout, { recursive: true }))

describe('the pre-commit hook', { timeout: TIMEOUT_MS }, () => {
  beforeEach(() => {
    git('init', '--quiet')
    git('config', 'core.hooksPath', HOOKS)
    symlinkSync(NODE_MODULES, join(checkout, 'node_modules'))
  })

  it('formats staged files', () => {
    write('a.json', '{"a":   1}')

    commit('a.json')

    expect(committed('a.json')).toBe('{ "a": 1 }\n')
    expect(git('status', '--porcelain', 'a.json')).toBe('')
  })

  it('leaves a file alone that has unstaged changes', () => {
    write('a.json', '{"a":   1}')
    git('add', 'a.json')
    write('a.json', '{"a":   2}')

    commit()

    expect(committed('a.json')).toBe('{"a":   1}')
    expect(readFileSync(join(checkout, 'a.json'), 'utf8')).toBe('{"a":   2}')
  })

  it('accepts files that Biome does not know or cannot parse', () => {
    write('a b.txt', 'text')
    write('a.json', '{')

    commit('a b.txt', 'a.json')

    expect(committed('a b.txt')).toBe('text')
    expect(committed('a.json')).toBe('{')
  })

  it('does nothing before `npm ci`', () => {
    rmSync(join(checkout, 'node_modules'))
    write('a.json', '{"a":   1}')

    commit('a.json')

    expect(committed('a.json')).toBe('{"a":   1}')
  })
})

describe('the installation of the hooks', { timeout: TIMEOUT_MS }, () => {
  it('makes a checkout use them', () => {
    git('init', '--quiet')

    install()

    expect(git('config', 'core.hooksPath')).toBe('tools/git-hooks\n')
  })

  it('keeps other hooks', () => {
    git('init', '--quiet')
    git('config', 'core.hooksPath', 'mine')

    install()

    expect(git('config', 'core.hooksPath')).toBe('mine\n')
  })

  it('changes nothing in a folder of another checkout', () => {
    git('init', '--quiet')
    mkdirSync(join(checkout, 'vendor'))

    install('vendor')

    expect(() => git('config', 'core.hooksPath')).toThrow()
  })

  it('does nothing outside of a checkout', () => {
    expect(() => install()).not.toThrow()
  })
})

function install(folder = '.'): void {
  execFileSync(process.execPath, [INSTALL], { cwd: join(checkout, folder), env: ENVIRONMENT })
}

function commit(...files: string[]): void {
  if (files.length > 0) git('add', ...files)
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'a')
}

function committed(file: string): string {
  return git('show', `HEAD:${file}`)
}

function write(file: string, content: string): void {
  writeFileSync(join(checkout, file), content)
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: checkout,
    env: ENVIRONMENT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
