import { tsImport } from 'tsx/esm/api'

// A worker thread does not inherit the loader of the main thread.
await tsImport('./thread-main.ts', import.meta.url)
