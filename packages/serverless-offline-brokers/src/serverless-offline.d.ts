declare module 'serverless-offline/lambda' {
  export interface LambdaFunction {
    setEvent(event: unknown): void
    runHandler(): Promise<unknown>
    cleanup(): Promise<void>
  }

  // biome-ignore lint/style/noDefaultExport: the package has a default export
  export default class Lambda {
    constructor(serverless: object, options: object)
    create(lambdas: readonly { functionKey: string; functionDefinition: object }[]): void
    get(functionKey: string): LambdaFunction
    cleanup(): Promise<void>
  }
}
