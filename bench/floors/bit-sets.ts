/** The floor of a check in process: two look-ups and a bit, by hand, and nothing that keeps it current. */
import type { Engine } from "../harness/engine.ts";
import type { World } from "../harness/world.ts";

/** Map of user → bit set, Map of permission → position. Names come from a text of its own, as they would off the wire. */
export function createBitSets({ permissions, roles, holders, questions }: World): Engine {
  const stored = JSON.parse(JSON.stringify({ permissions, holders: [...holders] })) as {
    permissions: string[];
    holders: [string, string[]][];
  };
  const positions = new Map(stored.permissions.map((name, position) => [name, position]));
  const words = Math.ceil(positions.size / 32);
  const gives = new Map(roles.map(({ name, effective }) => [name, effective]));
  const bitsOf = new Map<string, Uint32Array>();
  for (const [user, held] of stored.holders) {
    const bits = new Uint32Array(words);
    for (const name of held.flatMap((role) => gives.get(role) ?? [])) {
      const position = positions.get(name) ?? 0;
      bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
    }
    bitsOf.set(user, bits);
  }
  const can = (user: string, permission: string): boolean => {
    const bits = bitsOf.get(user);
    const position = positions.get(permission);
    if (bits === undefined || position === undefined) return false;
    return ((bits[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0;
  };
  const { users, permissions: asked } = questions;
  return {
    name: "Map → bit set and Map → position, by hand",
    perRound: 1_000_000,
    count: (from, to) => {
      let yes = 0;
      for (let at = from; at < to; at += 1) if (can(users[at] ?? "", asked[at] ?? "")) yes += 1;
      return yes;
    },
  };
}
