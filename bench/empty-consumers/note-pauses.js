/** More than one measurement reads. Later pauses are not recorded. */
const MOST_PAUSES = 10_000

/** The time between the end of an invocation and the start of the next one: the cost of an event source per batch. */
/** @type {number[]} */
let pausesMs = []
/** @type {number | undefined} */
let endedAt

exports.handler = async () => {
  if (endedAt !== undefined && pausesMs.length < MOST_PAUSES) pausesMs.push(performance.now() - endedAt)
  endedAt = performance.now()
}

exports.report = async () => {
  const body = JSON.stringify(pausesMs)
  pausesMs = []
  endedAt = undefined
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
}
