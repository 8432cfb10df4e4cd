/** As little as a handler can do: what serverless-offline costs by itself. */
exports.handler = async () => ({ statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{}' })
