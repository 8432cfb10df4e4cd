import { expect, it } from 'vitest'
import { loggedMessages } from './logged-messages'

it('counts messages by level, the most frequent first, and keeps other output', () => {
  const log = [
    '{"level":"warn","msg":"failed"}',
    '{"level":"error","msg":"broken"}',
    '{"level":"warn","msg":"failed","id":2}',
    'a line of a library',
    '',
  ].join('\n')

  expect(loggedMessages(log)).toEqual([
    { level: 'warn', message: 'failed', count: 2 },
    { level: 'error', message: 'broken', count: 1 },
    { level: 'output', message: 'a line of a library', count: 1 },
  ])
})

it('keeps a few messages only', () => {
  const log = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n')

  expect(loggedMessages(log)).toHaveLength(6)
})
