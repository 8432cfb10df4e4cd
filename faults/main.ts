import { randomBytes, randomInt } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../load/command-line/usage-error'
import { EXIT_CODES } from '../load/exit-codes'
import { OutputError, openFolder } from '../load/output/results-folder'
import { surviveClosedOutput } from '../load/output/survive-closed-output'
import { writeResults } from '../load/output/write-results'
import { InterruptedError } from '../load/run/interrupted'
import { ShopError } from '../load/shop/shop-error'
import { stopOnSignals } from '../load/stop-on-signals'
import { createProgress } from '../tools/local/progress'
import { CATALOGUE } from './catalogue/catalogue'
import { helpText, listText } from './command-line/help'
import type { FaultOptions } from './command-line/options'
import { parseCommandLine } from './command-line/parse-command-line'
import { renderFaultReport } from './report/render-fault-report'
import { cellLine, skippedLine, summaryText } from './report/terminal-text'
import type { FaultResults } from './results'
import { runFaults } from './run/run-faults'
import { ServersError } from './servers/fault-servers'

const ROOT = join(import.meta.dirname, '..')

surviveClosedOutput([process.stdout, process.stderr])
// A failed start of a server may leave timers behind.
process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(args, () => randomInt(2 ** 31))
    if (command.name === 'help') console.log(helpText())
    else if (command.name === 'list') console.log(listText(CATALOGUE))
    else return await run(command.options, args)
    return EXIT_CODES.pass.code
  } catch (error) {
    return exitCodeOf(error)
  }
}

async function run(options: FaultOptions, args: readonly string[]): Promise<number> {
  const stop = stopOnSignals(EXIT_CODES.interrupted.code)
  const day = new Date().toISOString().replaceAll(/[-:]|\..*/g, '')
  const runId = `${day.replace('T', '-')}-${randomBytes(2).toString('hex')}`
  const folder = await openFolder(options.output, runId)
  const progress = createProgress()
  const results = await runFaults(options, {
    runId,
    commandLine: ['npm run faults', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    stop,
    progress,
    folder: join(ROOT, '.local', 'faults'),
    events: {
      started: () => undefined,
      ended: (cell) => {
        progress.line(cellLine(cell))
        // What is known stays known if this process is killed.
        appendFileSync(join(folder.path, 'cells.jsonl'), `${JSON.stringify(cell)}\n`)
      },
      skipped: (skipped) => progress.line(skippedLine(skipped)),
    },
  }).catch(async (error: unknown) => {
    await folder.remove()
    throw error
  })
  progress.close()
  const { report } = await writeResults(folder.path, results, await renderFaultReport(results))
  console.log(`\n${summaryText(results)}\n\nreport: ${report}`)
  return codeOf(results)
}

function codeOf({ run: { ending }, status }: FaultResults): number {
  if (ending === 'interrupted') return EXIT_CODES.interrupted.code
  return { PASS: EXIT_CODES.pass, FAIL: EXIT_CODES.fail, INVALID: EXIT_CODES.invalid }[status].code
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}; see npm run faults -- --help`)
    return EXIT_CODES.usage.code
  }
  if (error instanceof ShopError || error instanceof ServersError || error instanceof OutputError) {
    console.error(error.message)
    return EXIT_CODES.failed.code
  }
  if (error instanceof InterruptedError) {
    console.error(error.message)
    return EXIT_CODES.interrupted.code
  }
  console.error('an error in the tool itself:', error)
  return EXIT_CODES.internal.code
}
