/** Responds with its event. @param {unknown} event */
exports.echo = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
})

/** Returns the parsed body of the request as its result. @param {{ body: string }} event */
exports.respond = async ({ body }) => JSON.parse(body)

exports.fail = async () => {
  throw new Error('defect')
}

exports.linger = () => {
  console.log('lingering')
  return new Promise(() => {})
}

exports.hang = () => new Promise(() => {})
