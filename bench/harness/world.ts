/** Who may do what, invented: the same people, roles and questions at every run, for everybody who takes part. */
import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import { createRandom, pick } from "../../packages/server/src/cli/demo/people.ts";

/** A role with all that it gives: what it lists and what that implies, written out for engines that know no implying. */
export interface WorldRole {
  readonly name: string;
  readonly isOwner: boolean;
  /** As chosen. */
  readonly permissions: readonly string[];
  /** With all that they imply. */
  readonly effective: readonly string[];
}

/** Questions as two columns: question n is about user `users[n]` and permission `permissions[n]`. */
export interface Questions {
  readonly users: readonly string[];
  readonly permissions: readonly string[];
  readonly expected: readonly boolean[];
}

/** Everything that may be known. */
export interface World {
  readonly permissions: readonly string[];
  readonly roles: readonly WorldRole[];
  /** User's id → names of their roles. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly questions: Questions;
}

const catalogue = withOwnGroups(exampleCatalogue);

/** The seven example roles and some drawn ones, until there are `count`. */
export function inventRoles(count: number, seed = 7): readonly WorldRole[] {
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

/** Draws one to three roles for somebody; the owner's role is nobody's but the owner's. */
export function drawRoles(random: () => number, roles: readonly WorldRole[]): readonly string[] {
  const given = roles.filter(({ isOwner }) => !isOwner);
  const count = 1 + Math.floor(random() * 3);
  return [...new Set(Array.from({ length: count }, () => pick(random, given).name))];
}

/** Draws questions about these people, with the answers that names and sets alone give. */
function drawQuestions(
  holders: ReadonlyMap<string, readonly string[]>,
  roles: readonly WorldRole[],
  count: number,
): Questions {
  const random = createRandom(11);
  const ids = [...holders.keys()];
  const gives = new Map(roles.map(({ name, effective }) => [name, new Set(effective)]));
  const asked = Array.from({ length: count }, () => {
    return { user: pick(random, ids), permission: pick(random, catalogue.permissions) };
  });
  // As they come to a check: ids from requests, each a text of its own; permissions as the code has them, one text each.
  const users = asked.map(({ user }) => Buffer.from(user).toString());
  const permissions = asked.map(({ permission }) => literal(permission));
  const expected = asked.map(({ user, permission }) =>
    (holders.get(user) ?? []).some((role) => gives.get(role)?.has(permission)),
  );
  return { users, permissions, expected };
}

/** The world of these people. */
export function createWorld(
  holders: ReadonlyMap<string, readonly string[]>,
  roles: readonly WorldRole[],
  questions: number,
): World {
  return {
    permissions: catalogue.permissions,
    roles,
    holders,
    questions: drawQuestions(holders, roles, questions),
  };
}

/** The text as if it stood in the code: engines compare such texts faster than computed ones. */
export function literal(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}

/** Followed by name from one action to the next: slow, obvious, and not the code that is measured. */
function closure(permissions: readonly string[]): readonly string[] {
  const found = new Set(permissions);
  for (const name of found)
    for (const implied of catalogue.actions.get(name)?.implies ?? []) found.add(implied);
  return [...found];
}
