import { NotFoundError } from '@ecommerce/domain'
import type { ExamplesOfRoutes } from '@ecommerce/runtime'
import type { OPERATION_ROUTES } from './contract'

const page = (title: string) => ({ 'The page': `<!doctype html>\n<html lang="en">\n<head><title>${title}</title> …` })

export const OPERATION_EXAMPLES: ExamplesOfRoutes<typeof OPERATION_ROUTES> = {
  getHealth: { success: { Alive: { status: 'alive' } } },
  getReady: {
    success: {
      Ready: {
        status: 'ready',
        dependencies: {
          mysql: { status: 'up', required: true, latency_ms: 1 },
          kafka: { status: 'up', required: false, latency_ms: 4 },
          rabbitmq: { status: 'up', required: false, latency_ms: 2 },
        },
      },
      'Degraded: a broker is down': {
        status: 'degraded',
        dependencies: {
          mysql: { status: 'up', required: true, latency_ms: 1 },
          kafka: { status: 'down', required: false, latency_ms: 1_000, reason: 'no response within 1000 ms' },
          rabbitmq: { status: 'up', required: false, latency_ms: 2 },
        },
      },
    },
  },
  getAbout: {
    success: {
      'On a desk': {
        service: 'ecommerce',
        version: '0.1.0',
        home: 'serverless-offline',
        access: 'open',
        node: '22.13.0',
        cpus: 8,
        dependencies: [
          { name: 'MySQL', status: 'up', version: '8.4.3' },
          { name: 'Kafka', status: 'up' },
          { name: 'RabbitMQ', status: 'up', version: '4.0.5' },
        ],
        durability: [
          { channel: 'all', name: 'innodb_flush_log_at_trx_commit', value: '1' },
          { channel: 'kafka', name: 'acks', value: 'all' },
          { channel: 'rabbitmq', name: 'queue type', value: 'quorum' },
        ],
      },
    },
  },
  getMetrics: {
    success: {
      'Some lines': [
        '# HELP ecommerce_http_requests_total HTTP requests by route and status',
        '# TYPE ecommerce_http_requests_total counter',
        'ecommerce_http_requests_total{method="POST",route="/orders/sync",status="201"} 43200',
        '',
      ].join('\n'),
    },
  },
  getOpenApi: {
    success: {
      'The first members': {
        openapi: '3.1.0',
        info: { title: 'High-Performance E-Commerce, Serverless', version: '0.1.0' },
        paths: {},
      },
    },
  },
  getHome: { success: page('High-Performance E-Commerce, Serverless') },
  getDocs: { success: page('High-Performance E-Commerce, Serverless: API') },
  getStatus: { success: page('Status') },
  getProblem: {
    params: { code: 'insufficient-stock' },
    success: {
      'A problem type': { type: '/problems/insufficient-stock', title: 'Insufficient stock', status: 409 },
    },
    problems: { 'not-found': new NotFoundError('resource', '/problems/no-such-problem') },
  },
  getMessageSchema: {
    params: { name: 'order-placed.v1.json' },
    success: {
      'The first members': {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { type: { type: 'string', const: 'order_placed' }, version: { type: 'number', const: 1 } },
      },
    },
    problems: { 'not-found': new NotFoundError('resource', '/messages/no-such-message') },
  },
}
