import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LogOutput } from './log-output'

const LINE = `${'x'.repeat(1_023)}\n`
const LINES = 4_000
const WITHIN = { timeout: 10_000, interval: 20 }

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-output-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A pipe with a reader that reads nothing by itself. */
function openPipe() {
  const path = join(temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) }
}

function writeLines(fd: number, lines = LINES) {
  let dropped = 0
  const output = new LogOutput({
    fd,
    onDropped: (lines) => {
      dropped += lines
    },
  })
  for (let line = 0; line < lines; line++) output.write(LINE)
  return { output, dropped: () => dropped }
}

describe('the output of log lines', () => {
  it('does not wait for the reader of a pipe, and drops and counts what does not fit', () => {
    const { writer } = openPipe()

    const { dropped } = writeLines(writer)

    expect(dropped()).toBeGreaterThan(LINES / 2)
    expect(dropped()).toBeLessThan(LINES)
  })

  it('writes the lines that it has buffered when the reader of the pipe reads again', async () => {
    const { reader, writer } = openPipe()
    const { dropped } = writeLines(writer)
    const chunk = Buffer.alloc(1024 * 1024)
    let text = ''

    await vi.waitFor(() => {
      text += String(chunk.subarray(0, readSync(reader, chunk)))
      expect(text).toHaveLength((LINES - dropped()) * LINE.length)
    }, WITHIN)

    expect(text.split('\n').filter((line) => line !== LINE.trimEnd())).toEqual([''])
  })

  it('counts all lines after the reader of the pipe has closed it', async () => {
    const { reader, writer } = openPipe()
    closeSync(reader)
    const { output, dropped } = writeLines(writer, 1)

    await vi.waitFor(() => {
      output.write(LINE)
      expect(dropped()).toBeGreaterThan(0)
    }, WITHIN)
    const before = dropped()
    for (let line = 0; line < LINES; line++) output.write(LINE)

    expect(dropped()).toBe(before + LINES)
  })

  it.runIf(process.platform === 'linux')(
    'survives a disk that is full, and drops and counts what does not fit',
    async () => {
      const { output, dropped } = writeLines(openSync('/dev/full', 'w'))
      const before = dropped()

      await vi.waitFor(() => {
        output.write(LINE)
        expect(dropped()).toBeGreaterThan(before)
      }, WITHIN)
    },
  )

  it('writes everything to a file', async () => {
    const path = join(temporaryFolder(), 'log')
    const { dropped } = writeLines(openSync(path, 'w'), 500)

    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe(LINE.repeat(500)), WITHIN)
    expect(dropped()).toBe(0)
    truncateSync(path)
  })
})
