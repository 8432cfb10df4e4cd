import { randomBytes, randomInt } from 'node:crypto'
import { helpText } from './command-line/help'
import type { RunOptions } from './command-line/options'
import { parseCommandLine } from './command-line/parse-command-line'
import { shownArguments } from './command-line/shown-arguments'
import { UsageError } from './command-line/usage-error'
import { compareFiles } from './compare/compare-files'
import { ResultsFileError } from './compare/read-results'
import { EXIT_CODES } from './exit-codes'
import { OutputError } from './output/results-folder'
import { surviveClosedOutput } from './output/survive-closed-output'
import { InterruptedError } from './run/interrupted'
import { GeneratorError } from './run/run-step'
import { runAndReport } from './run-and-report'
import { ShopError } from './shop/shop-error'
import { stopOnSignals } from './stop-on-signals'

surviveClosedOutput([process.stdout, process.stderr])
process.on('uncaughtException', (error) => process.exit(internalError(error)))
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(args, {
      // biome-ignore lint/style/noProcessEnv: only here the load tool reads its environment
      baseUrl: process.env.BASE_URL,
      // biome-ignore lint/style/noProcessEnv: only here the load tool reads its environment
      token: process.env.SHOP_TOKEN,
      // biome-ignore lint/style/noProcessEnv: only here the load tool reads its environment
      clientCredentials: process.env.SHOP_CLIENT_CREDENTIALS,
      randomSeed: () => randomInt(2 ** 31),
    })
    if (command.name === 'help') {
      console.log(helpText())
      return EXIT_CODES.pass.code
    }
    if (command.name === 'compare') return await compareFiles(command.before, command.after)
    return await run(command.options, args)
  } catch (error) {
    return exitCodeOf(error)
  }
}

function run(options: RunOptions, args: readonly string[]): Promise<number> {
  const startedAt = new Date()
  const day = startedAt.toISOString().replaceAll(/[-:]|\..*/g, '')
  return runAndReport(options, {
    runId: `${day.replace('T', '-')}-${options.profile}-${randomBytes(2).toString('hex')}`,
    commandLine: ['npm run load', ...(args.length === 0 ? [] : ['--', ...shownArguments(args)])].join(' '),
    stop: stopOnSignals(EXIT_CODES.interrupted.code),
  })
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}; see npm run load -- --help`)
    return EXIT_CODES.usage.code
  }
  if (error instanceof ResultsFileError) {
    console.error(error.message)
    return EXIT_CODES.usage.code
  }
  if (error instanceof ShopError || error instanceof GeneratorError || error instanceof OutputError) {
    console.error(error.message)
    return EXIT_CODES.failed.code
  }
  if (error instanceof InterruptedError) {
    console.error(error.message)
    // Whatever was interrupted may never end, such as a file system that does not respond.
    process.exit(EXIT_CODES.interrupted.code)
  }
  return internalError(error)
}

/** Node itself would end with 1, which means that orders or stock do not add up. */
function internalError(error: unknown): number {
  console.error('an error in the load tool itself:', error)
  return EXIT_CODES.internal.code
}
