import type { Serverless } from '../serverless'

const FAILURE_HANDLING = {
  functionResponseType: { type: 'string', enum: ['ReportBatchItemFailures'] },
  functionResponseTypes: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: { enum: ['ReportBatchItemFailures'] },
  },
  bisectBatchOnFunctionError: { type: 'boolean' },
  maximumRetryAttempts: { type: 'integer', minimum: -1, maximum: 10_000 },
  maximumRecordAgeInSeconds: { anyOf: [{ const: -1 }, { type: 'integer', minimum: 60, maximum: 604_800 }] },
  onFailureDestination: { type: 'string' },
}

/** Allows properties of AWS in `serverless.yml` that the schema of the framework may lack. */
export function defineEventProperties({ configSchemaHandler }: Serverless): void {
  for (const event of ['kafka', 'msk']) {
    for (const [name, schema] of Object.entries(FAILURE_HANDLING)) {
      try {
        configSchemaHandler.defineFunctionEventProperties('aws', event, { properties: { [name]: schema } })
      } catch (error) {
        // The framework or another plugin has already defined it.
        if (!isCollision(error)) throw error
      }
    }
  }
}

function isCollision(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SCHEMA_COLLISION'
}
