declare module 'serverless/lib/configuration/read.js' {
  // biome-ignore lint/style/noDefaultExport: the module has a default export
  export default function readConfiguration(path: string): Promise<import('./manifest.mjs').Configuration>
}

declare module 'serverless/lib/configuration/variables/index.js' {
  /** Resolves, in place, the variables that need no instance of the framework. */
  // biome-ignore lint/style/noDefaultExport: the module has a default export
  export default function resolveVariables(parts: {
    serviceDir: string
    configuration: object
    options: { stage: string }
  }): Promise<void>
}
