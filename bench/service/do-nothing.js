/** An empty handler, to measure the cost of serverless-offline alone. */
exports.handler = async () => ({ statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{}' })
