/** The title and version of the API. In a file of its own, so that tracing loads no contract. */
export const API_INFO = {
  title: 'High-Performance E-Commerce, Serverless',
  version: '0.1.0',
  description: 'Products, inventory and orders. Errors are RFC 9457 problem details.',
}
