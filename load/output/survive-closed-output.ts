/**
 * Lets a run go on when its output cannot be written any more, for example because `head` has read enough or a disk is
 * full: results and report are files, and the accepted orders must still be audited.
 */
export function surviveClosedOutput(streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) stream.on('error', () => undefined)
}
