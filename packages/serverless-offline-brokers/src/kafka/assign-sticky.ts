/**
 * Spreads the partitions of a topic over its members: each partition to one member, no member with two more than
 * another, and no partition moved that balance allows to stay. The same input gives the same assignment.
 */
export function assignSticky(
  partitions: readonly number[],
  ownedByMember: ReadonlyMap<string, readonly number[]>,
): Map<string, number[]> {
  const assigned = new Map<string, number[]>([...ownedByMember.keys()].sort().map((member) => [member, []]))
  if (assigned.size === 0) return assigned

  const claims = resolveClaims(partitions, ownedByMember)
  const free = new Set(partitions)
  const everyone = Math.floor(partitions.length / assigned.size)
  let membersWithOneMore = partitions.length % assigned.size

  // Whoever has more than all are due is first in the line for one more: so the fewest move.
  for (const [member, kept] of assigned) {
    const claimed = claims.get(member) ?? []
    const mayKeepOneMore = claimed.length > everyone && membersWithOneMore > 0
    if (mayKeepOneMore) membersWithOneMore -= 1
    for (const partition of claimed.slice(0, everyone + (mayKeepOneMore ? 1 : 0))) {
      kept.push(partition)
      free.delete(partition)
    }
  }
  const unassigned = [...free].sort((a, b) => a - b)
  for (const list of assigned.values()) list.push(...unassigned.splice(0, Math.max(everyone - list.length, 0)))
  for (const list of assigned.values()) {
    if (list.length === everyone) list.push(...unassigned.splice(0, 1))
    list.sort((a, b) => a - b)
  }
  return assigned
}

/** What each member has and still exists. A partition that two claim is the first one's. */
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
