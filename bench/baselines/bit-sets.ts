/** The baseline of a check in process: two map look-ups and a bit, written by hand, without updates. */
import type { Engine } from "../harness/engine.ts";
import type { Fixtures } from "../harness/fixtures.ts";

/** Map of user → bit set, Map of permission → position. The strings are parsed from JSON, as after a request. */
export function createBitSets({ permissions, roles, rolesByUser, checks }: Fixtures): Engine {
  const stored = JSON.parse(JSON.stringify({ permissions, rolesByUser: [...rolesByUser] })) as {
    permissions: string[];
    rolesByUser: [string, string[]][];
  };
  const positions = new Map(stored.permissions.map((name, position) => [name, position]));
  const words = Math.ceil(positions.size / 32);
  const effectiveByRole = new Map(roles.map(({ name, effective }) => [name, effective]));
  const bitsByUser = new Map<string, Uint32Array>();
  for (const [user, held] of stored.rolesByUser) {
    const bits = new Uint32Array(words);
    for (const name of held.flatMap((role) => effectiveByRole.get(role) ?? [])) {
      const position = positions.get(name) ?? 0;
      bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
    }
    bitsByUser.set(user, bits);
  }
  const can = (user: string, permission: string): boolean => {
    const bits = bitsByUser.get(user);
    const position = positions.get(permission);
    if (bits === undefined || position === undefined) return false;
    return ((bits[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0;
  };
  const { users, permissions: checked } = checks;
  return {
    name: "Map → bit set and Map → position, by hand",
    checksPerRound: 1_000_000,
    count: (from, to) => {
      let granted = 0;
      for (let at = from; at < to; at += 1) if (can(users[at] ?? "", checked[at] ?? "")) granted += 1;
      return granted;
    },
  };
}
