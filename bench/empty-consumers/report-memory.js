const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

/** The memory in use after a garbage collection, because the amount of garbage varies. */
exports.handler = async () => {
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { statusCode: 200, body: JSON.stringify({ liveBytes: heapUsed + external, rssBytes: rss }) }
}
