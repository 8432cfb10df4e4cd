/**
 * Assigns each partition of a topic to one member. The numbers of partitions per member differ by at most one. A partition
 * moves only when the balance requires it. The same input gives the same assignment.
 */
export function assignSticky(
  partitions: readonly number[],
  ownedByMember: ReadonlyMap<string, readonly number[]>,
): Map<string, number[]> {
  const assigned = new Map<string, number[]>([...ownedByMember.keys()].sort().map((member) => [member, []]))
  if (assigned.size === 0) return assigned

  const claims = resolveClaims(partitions, ownedByMember)
  const free = new Set(partitions)
  const evenShare = Math.floor(partitions.length / assigned.size)
  let membersWithOneMore = partitions.length % assigned.size

  // Members that own more than the even share keep one more first, so the fewest partitions move.
  for (const [member, kept] of assigned) {
    const claimed = claims.get(member) ?? []
    const mayKeepOneMore = claimed.length > evenShare && membersWithOneMore > 0
    if (mayKeepOneMore) membersWithOneMore -= 1
    for (const partition of claimed.slice(0, evenShare + (mayKeepOneMore ? 1 : 0))) {
      kept.push(partition)
      free.delete(partition)
    }
  }
  const unassigned = [...free].sort((a, b) => a - b)
  for (const list of assigned.values()) list.push(...unassigned.splice(0, Math.max(evenShare - list.length, 0)))
  for (const list of assigned.values()) {
    if (list.length === evenShare) list.push(...unassigned.splice(0, 1))
    list.sort((a, b) => a - b)
  }
  return assigned
}

/** The existing partitions that each member owns. A partition that two members claim belongs to the first one. */
function resolveClaims(
  partitions: readonly number[],
  ownedByMember: ReadonlyMap<string, readonly number[]>,
): Map<string, number[]> {
  const unclaimed = new Set(partitions)
  const claims = new Map<string, number[]>()
  for (const member of [...ownedByMember.keys()].sort()) {
    const owned = (ownedByMember.get(member) ?? []).filter((partition) => unclaimed.delete(partition))
    claims.set(
      member,
      owned.sort((a, b) => a - b),
    )
  }
  return claims
}
