import { createServer } from 'node:http'

// Stands for a shop that takes the same time for every order. Started by the benchmark, which reads the port.
// Long beside what either generator needs, so that the time decides the throughput and not who else uses the machine.
const ANSWER_AFTER_MS = 40
const order = JSON.stringify({ id: '00000000-0000-8000-8000-000000000000', status: 'confirmed', total: 12.5 })
const headers = { 'content-type': 'application/json', 'content-length': order.length }

const server = createServer((request, response) => {
  request.resume()
  setTimeout(() => response.writeHead(201, headers).end(order), ANSWER_AFTER_MS)
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
