import { z } from 'zod'
import { duration, number, wholeNumber } from '../../load/command-line/flags'
import { HOMES } from '../shop/fault-shop'

const patterns = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().regex(/^[\w:*-]+$/, 'must be ids of faults, comma separated, such as mysql:*')).min(1))

/** All flags, in the order of the help. */
export const FLAGS = {
  only: { value: 'LIST', help: 'only these faults, such as mysql:partition,kafka:* (default: all)', schema: patterns },
  list: { help: 'lists the faults, and runs nothing', schema: z.boolean() },
  seconds: {
    value: 'N',
    help: 'how long a fault lasts (default: 10); some have a time of their own',
    schema: number(1, 600),
  },
  rate: { value: 'N', help: 'orders per second and channel (default: 40; with --nodes 50)', schema: number(1, 1_000) },
  home: {
    value: 'HOME',
    help: 'where the shop runs: host for the function host, offline for serverless-offline (default: host)',
    schema: z.enum(HOMES, 'must be host or offline'),
  },
  for: {
    value: 'TIME',
    help: 'a long run: a random fault a minute, and whether memory, open files and outbox grow',
    schema: duration(60_000, 86_400_000),
  },
  nodes: {
    value: '3',
    help: 'three nodes of each server: each node is killed and frozen once',
    schema: z.literal('3', 'must be 3').transform(() => 3 as const),
  },
  seed: {
    value: 'N',
    help: 'repeats the same random choices (default: random)',
    schema: wholeNumber(0, 2_147_483_647),
  },
  output: {
    value: 'FOLDER',
    help: 'folder in which each run creates its own folder (default: faults/results)',
    schema: z.string().min(1, 'must be a folder'),
  },
} as const

export type FlagName = keyof typeof FLAGS
export type FlagValues = { readonly [name in FlagName]?: z.output<(typeof FLAGS)[name]['schema']> }
