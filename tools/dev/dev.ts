import { join } from 'node:path'
import { runShop } from '../local/run-shop'
import { parseCommandLine } from './command-line'
import { Development } from './development'
import { Generations } from './generations'
import type { LoadReply } from './messages'

/** `npm run dev`: `npm start` with functions that follow their sources. */
await runShop(({ config, instance }) => {
  const { inspectorPort } = parseCommandLine(process.argv.slice(2))
  const folder = join(instance.folder, 'dev', String(config.HTTP_PORT))
  const development = new Development(new Generations(folder))
  return {
    build: () => development.build(),
    functionsLocation: folder,
    onMessage: (message) => development.receive(message as LoadReply), // only functions-process.ts sends messages
    onServing: (functions) => development.follow(functions),
    ...(inspectorPort !== undefined && {
      nodeArguments: [`--inspect=127.0.0.1:${inspectorPort}`],
      more: [['Debugger', `127.0.0.1:${inspectorPort}`]],
    }),
  }
})
