/** Runs the server with sample data. */

import { type Command, showProgress } from "@gatehouse/cli";
import { foldText } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import { insertAccounts } from "../../features/accounts/index.ts";
import {
  claimSetup,
  createOrganization,
  needsSetup,
  startingPoints,
} from "../../features/organizations/index.ts";
import { insertUsers, type NewUser } from "../../features/users/index.ts";
import { runServer } from "../serve.ts";
import { atDaysAgo, demoOrigin, writeHistory } from "./history.ts";
import { createRandom, generatePerson } from "./people.ts";

/** The account to sign in to the demo with. */
const demoOwner = {
  name: "Olive Brandt",
  email: "owner@example.test",
  password: "correct horse battery staple",
} as const;

const userCount = 5_000;
const batch = 500;
const asDemo = { system: "the demo's data" } as const;
const day = 24 * 60 * 60_000;
/** The organization is older than its users. */
const organizationDays = 921;

/** Sets of roles, by the example's keys, with the cumulative share of users that have them. */
const roleDistribution: readonly (readonly [number, readonly string[]])[] = [
  [0.34, ["marketer"]],
  [0.58, ["viewer"]],
  [0.74, ["call-center"]],
  [0.82, ["developer"]],
  [0.89, ["marketer", "campaign-approver"]],
  [0.94, ["call-center", "viewer"]],
  [0.965, ["marketer", "campaign-approver", "viewer"]],
  [0.985, ["app-admin", "developer", "marketer", "viewer"]],
  [0.995, ["app-admin"]],
  [1, []],
];

/** Fills an empty, migrated database. Deterministic except for ids and the current time. */
async function seedDemo(deps: Deps, progress: (done: number, all: number) => void = () => {}): Promise<void> {
  const passwordHash = await deps.passwords.hash(demoOwner.password);
  const unusablePasswordHash = await deps.passwords.hash(deps.secrets.token());
  const { organizationId, userId, roleIds } = await makeOrganization(deps, passwordHash);
  const random = createRandom(1_204);
  const taken = new Map<string, number>();
  let edited: readonly NewUser[] = [];
  for (let done = 0; done < userCount; done += batch) {
    const users = Array.from({ length: batch }, () => generateUser(deps, random, taken, roleIds, userId));
    await deps.db.tenant(
      organizationId,
      async (tx) => {
        await insertAccounts(
          tx,
          users.map(({ accountId, name, email, createdAt }) => ({
            id: accountId,
            name,
            email,
            createdAt,
            language: "en" as const,
            passwordHash: unusablePasswordHash,
          })),
        );
        await insertUsers(tx, organizationId, users);
      },
      asDemo,
    );
    if (edited.length === 0) edited = users;
    progress(done + batch, userCount);
  }
  const owner = { id: userId, name: demoOwner.name };
  await writeHistory(deps, { organizationId, owner, roleIds, users: edited });
}

async function makeOrganization(deps: Deps, passwordHash: string) {
  const owner = { name: demoOwner.name, email: demoOwner.email, passwordHash, language: "en" as const };
  const created = await deps.db.shared(async (tx) => {
    if (!(await claimSetup(tx, deps.clock.now()))) return null;
    return createOrganization(atDaysAgo(deps, organizationDays), tx, {
      name: "Lodos Retail",
      owner,
      start: { ...startingPoints.example, push: null },
      origin: demoOrigin,
    });
  }, asDemo);
  if (created === null) throw new Error("The demo needs an empty database.");
  return created;
}

function generateUser(
  deps: Deps,
  random: () => number,
  taken: Map<string, number>,
  roleIds: ReadonlyMap<string, string>,
  ownerId: string,
): NewUser {
  const { name, mailbox } = generatePerson(random, taken, foldText);
  const now = deps.clock.now().getTime();
  const createdAt = new Date(now - (20 + Math.floor(random() * 900)) * day);
  const owner = { type: "user", id: ownerId, name: demoOwner.name } as const;
  const share = random();
  const keys = roleDistribution.find(([upTo]) => share < upTo)?.[1] ?? [];
  const grants = keys.flatMap((key) => {
    const roleId = roleIds.get(key);
    if (roleId === undefined) return [];
    return [{ roleId, grantedBy: owner, grantedAt: createdAt, expiresAt: getEnd(share, now) }];
  });
  return {
    id: deps.ids.next(),
    accountId: deps.ids.next(),
    name,
    email: `${mailbox}@lodos.example`,
    createdAt,
    invitedBy: owner,
    grants,
    status: random() < 0.04 ? "suspended" : "active",
    lastActiveAt: random() < 0.06 ? null : new Date(now - Math.floor(random() ** 4 * 400 * day)),
  };
}

/** One user in twenty has roles for a time, of up to three months. */
function getEnd(share: number, now: number): Date | null {
  const number = Math.floor(share * 100_000);
  return number % 20 === 0 ? new Date(now + (2 + (number % 89)) * day) : null;
}

/** `gatehouse demo` */
export const demo: Command = {
  name: "demo",
  summary: "Run the server with a sample organization of 5,000 users, on an empty database",
  options: {},
  run: (values, terminal) =>
    runServer("demo", values["json"] === true, terminal, async ({ deps, engine }) => {
      if (await deps.db.shared(needsSetup, { readOnly: true })) {
        await seedDemo(deps, showProgress("Creating users"));
        await engine.vacuum();
      }
      return [`Sign in as ${demoOwner.email} with the password: ${demoOwner.password}`];
    }),
};
