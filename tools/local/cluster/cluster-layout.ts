import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Instance } from '../instance'
import type { ServerName } from '../server'

const layoutSchema = z.object({
  /** The ports of clients. */
  client: z.array(z.number()),
  /** For each node: the ports that the nodes use among themselves. */
  inner: z.array(z.array(z.number())),
  /** One more port for the whole cluster. */
  shared: z.number(),
})

/** The ports of a running cluster. A node that is started again finds the others by them. */
export type ClusterLayout = z.output<typeof layoutSchema>

export function layoutFile(instance: Instance, name: ServerName): string {
  return join(instance.folder, `${name}-cluster.json`)
}

export function writeLayout(instance: Instance, name: ServerName, layout: ClusterLayout): void {
  const file = layoutFile(instance, name)
  mkdirSync(instance.folder, { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(layout)}\n`)
  renameSync(`${file}.new`, file)
}

/** @throws when the file is missing or damaged while nodes of the cluster are running */
export function readLayout(instance: Instance, name: ServerName): ClusterLayout {
  const file = layoutFile(instance, name)
  try {
    return layoutSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(
      `cannot read the ports of the running nodes from ${file}. To stop the nodes: npm run infra -- down ${name}, then start them again`,
      { cause: error },
    )
  }
}

/** The ports that one node uses. @throws when the layout has fewer */
export function innerPorts({ inner }: ClusterLayout, index: number): readonly number[] {
  const ports = inner[index]
  if (ports === undefined) throw new Error(`the cluster has no node ${index + 1}`)
  return ports
}
