const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

/** What is left of this process when all garbage is gone. How much garbage there is depends on the moment. */
exports.handler = async () => {
  collectGarbage()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { statusCode: 200, body: JSON.stringify({ liveBytes: heapUsed + external, rssBytes: rss }) }
}
