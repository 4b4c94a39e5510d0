/** Generated users, roles and checks: the same at every run and for every engine. */

import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import { foldText } from "@gatehouse/sdk/contract";
import { createRandom, generatePerson, pick } from "../../packages/server/src/cli/demo/people.ts";

/** A role with its permissions and, for engines without implied permissions, the effective ones. */
export interface FixtureRole {
  readonly name: string;
  readonly isOwner: boolean;
  /** As assigned. */
  readonly permissions: readonly string[];
  /** With the implied ones. */
  readonly effective: readonly string[];
}

/** Checks as columns: check n is about user `users[n]` and permission `permissions[n]`. */
export interface Checks {
  readonly users: readonly string[];
  readonly permissions: readonly string[];
  readonly expected: readonly boolean[];
}

/** The data of all engines. */
export interface Fixtures {
  readonly permissions: readonly string[];
  readonly roles: readonly FixtureRole[];
  /** Names of roles by user id. */
  readonly rolesByUser: ReadonlyMap<string, readonly string[]>;
  readonly checks: Checks;
}

const catalogue = withOwnGroups(exampleCatalogue);

/** The seven example roles and random ones, `count` in all. */
export function generateRoles(count: number, seed = 7): readonly FixtureRole[] {
  const random = createRandom(seed);
  const drawn = Array.from({ length: count - exampleRoles.length }, (_, at) => {
    const size = 4 + Math.floor(random() * 30);
    const permissions = Array.from({ length: size }, () => pick(random, catalogue.permissions));
    return { name: `Team ${at + 1}`, isOwner: false, permissions: [...new Set(permissions)] };
  });
  return [...exampleRoles, ...drawn].map(({ name, isOwner, permissions }) => ({
    name,
    isOwner,
    permissions,
    effective: isOwner ? catalogue.permissions : closure(permissions),
  }));
}

/** One to three random roles for a user, never the owner's. */
export function pickRoles(random: () => number, roles: readonly FixtureRole[]): readonly string[] {
  const given = roles.filter(({ isOwner }) => !isOwner);
  const count = 1 + Math.floor(random() * 3);
  return [...new Set(Array.from({ length: count }, () => pick(random, given).name))];
}

/** Random checks of these users, with the expected results. */
function generateChecks(
  rolesByUser: ReadonlyMap<string, readonly string[]>,
  roles: readonly FixtureRole[],
  count: number,
): Checks {
  const random = createRandom(11);
  const ids = [...rolesByUser.keys()];
  const gives = new Map(roles.map(({ name, effective }) => [name, new Set(effective)]));
  const pairs = Array.from({ length: count }, () => {
    return { user: pick(random, ids), permission: pick(random, catalogue.permissions) };
  });
  // As in production: each id is a new string from a request; permissions are string literals of the code.
  const users = pairs.map(({ user }) => Buffer.from(user).toString());
  const permissions = pairs.map(({ permission }) => intern(permission));
  const expected = pairs.map(({ user, permission }) =>
    (rolesByUser.get(user) ?? []).some((role) => gives.get(role)?.has(permission)),
  );
  return { users, permissions, expected };
}

/** The fixtures for these users. */
export function createFixtures(
  rolesByUser: ReadonlyMap<string, readonly string[]>,
  roles: readonly FixtureRole[],
  checkCount: number,
): Fixtures {
  return {
    permissions: catalogue.permissions,
    roles,
    rolesByUser,
    checks: generateChecks(rolesByUser, roles, checkCount),
  };
}

/** An interned string, like a literal in the code: engines compare those faster than computed strings. */
export function intern(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}

/** The permissions with all that they imply. Simple and slow, and independent of the code that is measured. */
function closure(permissions: readonly string[]): readonly string[] {
  const found = new Set(permissions);
  for (const name of found)
    for (const implied of catalogue.actions.get(name)?.implies ?? []) found.add(implied);
  return [...found];
}

const userRoles = ["marketer", "viewer", "call-center", "developer"] as const;

/** A user as the factories of the server's tests take it. */
export interface GeneratedUser {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}

/** Generates users with realistic names, each with one of the example roles. In one database, each organization needs another domain. */
export function generateUsers(count: number, domain = "lodos.example"): readonly GeneratedUser[] {
  const random = createRandom(1_204);
  const taken = new Map<string, number>();
  return Array.from({ length: count }, () => {
    const { name, mailbox } = generatePerson(random, taken, foldText);
    return { name, email: `${mailbox}@${domain}`, roles: [pick(random, userRoles)] };
  });
}
