import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFolder } from './results-folder'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'load-folder-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

describe('the folder of a run', () => {
  it('is created with its missing parents, and empty', async () => {
    const folder = await openFolder(join(root, 'a', 'b'), 'run-1')

    expect(folder.path).toBe(join(root, 'a', 'b', 'run-1'))
    expect(await readdir(folder.path)).toEqual([])
  })

  it('can be behind a symbolic link', async () => {
    await mkdir(join(root, 'real'))
    await symlink(join(root, 'real'), join(root, 'link'))

    await openFolder(join(root, 'link'), 'run-1')

    expect(await readdir(join(root, 'real'))).toEqual(['run-1'])
  })

  it('is removed with the parents that were created for it, and nothing else', async () => {
    await mkdir(join(root, 'kept'))
    const [first, second] = [
      await openFolder(join(root, 'kept', 'new', 'results'), 'run-1'),
      await openFolder(join(root, 'kept', 'new'), 'run-2'),
    ]

    await first.remove()
    expect(await readdir(join(root, 'kept', 'new'))).toEqual(['run-2'])
    await second.remove()
    expect(await readdir(join(root, 'kept', 'new'))).toEqual([])
  })
})

const isLinux = process.platform === 'linux'

async function aFile(): Promise<string> {
  await writeFile(join(root, 'file'), '')
  return join(root, 'file')
}

async function aLinkTo(target: string): Promise<string> {
  await symlink(join(root, target), join(root, 'link'))
  return join(root, 'link')
}

async function aFolderWithoutPermission(): Promise<string> {
  await chmod(root, 0o500)
  return root
}

describe('a folder that cannot be used', () => {
  it.each<[string, RegExp, () => Promise<string> | string, boolean?]>([
    ['below a file', /ENOTDIR/, aFile],
    ['a link to nothing', /ENOENT/, () => aLinkTo('missing')],
    ['a loop of links', /ELOOP/, () => aLinkTo('link')],
    ['a name that is too long', /ENAMETOOLONG/, () => join(root, 'x'.repeat(300))],
    ['below /proc', /ENOENT/, () => '/proc/x', isLinux],
    ['deep below /proc', /ENOENT/, () => '/proc/x/y/z', isLinux],
    ['of a process', /EPERM|EACCES|ENOENT/, () => '/proc/self/x', isLinux],
    ['below /sys', /EPERM|EACCES|EROFS|ENOENT/, () => '/sys/x', isLinux],
    ['a device', /ENOTDIR/, () => '/dev/full', isLinux],
    ['without permission', /EACCES/, aFolderWithoutPermission, process.getuid?.() !== 0],
  ])('is reported in one line if it is %s', async (_, reason, prepare, isPossible = true) => {
    if (!isPossible) return
    const error = await openFolder(await prepare(), 'run-1').catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({
      name: 'OutputError',
      message: expect.stringMatching(/^cannot write to .*run-1: .*$/),
    })
    expect(String(error)).toMatch(reason)
  })
})
