import { createServer } from 'node:http'

/** Node's HTTP server without a function: it reads the body and responds. The argument is the port. */
createServer((request, response) => {
  request.on('data', () => undefined)
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': 2 })
    response.end('{}')
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
