import type { Instance } from './instance'
import { stopProcess } from './native-process'
import type { ServerName } from './server'

/** Stops the single server and all nodes of the cluster, at the same time. @returns whether one of them was running */
export async function stopServer(instance: Instance, name: ServerName, timeoutMs: number): Promise<boolean> {
  return stopFolders(instance, instance.foldersOf(name), timeoutMs)
}

/** Stops all processes of a server but those in these folders. @returns whether one of them was running */
export async function stopOthers(
  instance: Instance,
  name: ServerName,
  own: readonly string[],
  timeoutMs: number,
): Promise<boolean> {
  const others = instance.foldersOf(name).filter((folder) => !own.includes(folder))
  return stopFolders(instance, others, timeoutMs)
}

export async function stopFolders(instance: Instance, folders: readonly string[], timeoutMs: number): Promise<boolean> {
  const stopped = await Promise.all(folders.map((folder) => stopProcess(instance.files(folder), timeoutMs)))
  return stopped.includes(true)
}
