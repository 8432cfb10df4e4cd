import { tsImport } from 'tsx/esm/api'

// A thread does not inherit the loader that runs the rest.
await tsImport('./thread-main.ts', import.meta.url)
