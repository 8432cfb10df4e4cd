import { createInterface } from 'node:readline/promises'

/** Asks for confirmation before data is deleted. Without a terminal the result is false. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return (await terminal.question(`${question} [y/N] `)).trim().toLowerCase() === 'y'
  } finally {
    terminal.close()
  }
}
