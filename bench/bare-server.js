import { createServer } from 'node:http'

/** What Node's own server does without any function: reads the body, and answers. The port is the argument. */
createServer((request, response) => {
  request.on('data', () => undefined)
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': 2 })
    response.end('{}')
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
