/** More than one measurement asks for; the oldest stay. */
const MOST_PAUSES = 10_000

/** Between the end of one invocation and the start of the next: all that an event source does for a batch. */
/** @type {number[]} */
let pausesMs = []
/** @type {number | undefined} */
let endedAt

exports.handler = async () => {
  if (endedAt !== undefined && pausesMs.length < MOST_PAUSES) pausesMs.push(performance.now() - endedAt)
  endedAt = performance.now()
}

exports.tell = async () => {
  const body = JSON.stringify(pausesMs)
  pausesMs = []
  endedAt = undefined
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body }
}
