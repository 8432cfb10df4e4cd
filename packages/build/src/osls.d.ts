declare module 'serverless/lib/configuration/read.js' {
  // biome-ignore lint/style/noDefaultExport: it is what the module is
  export default function readConfiguration(path: string): Promise<import('./manifest.mjs').Configuration>
}

declare module 'serverless/lib/configuration/variables/index.js' {
  /** Resolves in place what needs no instance of the framework. */
  // biome-ignore lint/style/noDefaultExport: it is what the module is
  export default function resolveVariables(parts: {
    serviceDir: string
    configuration: object
    options: { stage: string }
  }): Promise<void>
}
