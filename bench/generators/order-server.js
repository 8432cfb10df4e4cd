import { createServer } from 'node:http'

// A shop with a constant response time. The benchmark starts it and reads its port.
// The response time is long compared with the CPU time of either generator, so it alone decides the throughput.
const RESPONSE_TIME_MS = 40
const order = JSON.stringify({ id: '00000000-0000-8000-8000-000000000000', status: 'confirmed', total: 12.5 })
const headers = { 'content-type': 'application/json', 'content-length': order.length }

const server = createServer((request, response) => {
  request.resume()
  setTimeout(() => response.writeHead(201, headers).end(order), RESPONSE_TIME_MS)
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
