/**
 * Says yes to the first of every so many: what goes well is told now and then under load. 1: always yes.
 * @param every at least 1
 */
export function createSampler(every: number): () => boolean {
  let count = 0
  return () => count++ % every === 0
}
