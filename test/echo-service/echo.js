/** Answers with its event. @param {unknown} event */
exports.echo = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
})

/** Answers what the body says. @param {{ body: string }} event */
exports.answer = async ({ body }) => JSON.parse(body)

exports.fail = async () => {
  throw new Error('defect')
}

exports.linger = () => {
  console.log('lingering')
  return new Promise(() => {})
}

exports.hang = () => new Promise(() => {})
