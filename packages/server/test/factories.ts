/** Organizations, users, roles and keys for tests, written straight into the database. */
import { randomBytes } from "node:crypto";
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { type ExampleRoleKey, exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import type { OpenDatabase, Tx } from "../src/database/database.ts";
import { insertAccounts } from "../src/features/accounts/index.ts";
import { insertRoles } from "../src/features/roles/queries.ts";
import { insertUsers } from "../src/features/users/queries.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { Ids } from "../src/ports/ids.ts";
import { hashToken } from "../src/ports/secrets.ts";

const randomToken = (): string => randomBytes(32).toString("base64url");

/** What the factories write with. */
export interface FactoryDeps {
  readonly db: OpenDatabase;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A user of one organization, as a test knows them. */
export interface TestUser {
  readonly organizationId: string;
  readonly userId: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
}

/** An organization with the example catalogue, its seven roles and an owner. */
export interface TestOrganization {
  readonly organizationId: string;
  readonly name: string;
  /** Ids of the example roles. */
  readonly roles: Readonly<Record<ExampleRoleKey, string>>;
  readonly owner: TestUser;
}

/** What a test wants of a user; the rest is invented. */
interface UserWishes {
  readonly name?: string;
  readonly email?: string;
  /** Example roles by key, others by id. */
  readonly roles?: readonly string[];
  readonly status?: "active" | "suspended";
  /** Another organization's user whose account this one is, too. */
  readonly sameAccountAs?: TestUser;
}

/** What a test wants of an API key. */
interface KeyWishes {
  readonly createdBy?: TestUser;
  /** Null for all that the creator may. */
  readonly permissions?: readonly string[] | null;
  readonly expiresAt?: Date | null;
  readonly revokedAt?: Date | null;
}

/** What `createFactories` gives. */
export interface Factories {
  readonly organization: (name?: string) => Promise<TestOrganization>;
  readonly user: (organization: TestOrganization, wishes?: UserWishes) => Promise<TestUser>;
  /** Many at once, in a few statements. */
  readonly users: (
    organization: TestOrganization,
    wishes: readonly UserWishes[],
  ) => Promise<readonly TestUser[]>;
  readonly role: (
    organization: TestOrganization,
    wishes: { readonly name: string; readonly permissions: readonly string[]; readonly description?: string },
  ) => Promise<string>;
  readonly apiKey: (
    organization: TestOrganization,
    wishes?: KeyWishes,
  ) => Promise<{ readonly apiKeyId: string; readonly key: string }>;
  /** Signs an account in; gives the session's token. */
  readonly session: (user: Pick<TestUser, "accountId">) => Promise<string>;
}

/** Of `correct horse battery staple`, so that no test waits for a hash that it doesn't look at. */
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Qtc2FsdA$th26ZamonyQxyJALuOBswO8tB583vz1W93GUTQEXY5Q";

/** How many users one statement makes. */
const mostAtOnce = 1_000;

/** Factories over one database. Names and addresses are numbered, so that two never collide. */
export function createFactories({ db, clock, ids }: FactoryDeps): Factories {
  let count = 0;

  const invent = ({ organizationId }: Pick<TestOrganization, "organizationId">, wishes: UserWishes) => {
    count += 1;
    const { sameAccountAs } = wishes;
    return {
      organizationId,
      userId: ids.next(),
      accountId: sameAccountAs?.accountId ?? ids.next(),
      name: wishes.name ?? sameAccountAs?.name ?? `Person ${count}`,
      email: sameAccountAs?.email ?? wishes.email ?? `person-${count}@example.test`,
    };
  };

  const join = async (
    tx: Tx,
    organization: Pick<TestOrganization, "organizationId" | "roles">,
    wishes: readonly UserWishes[],
  ): Promise<readonly TestUser[]> => {
    const { organizationId } = organization;
    const roles: Readonly<Record<string, string>> = organization.roles;
    const grantedBy = { type: "system", id: null, name: "Test" } as const;
    const now = clock.now();
    const all = wishes.map((wish) => ({ wish, user: invent(organization, wish) }));
    const strangers = all.filter(({ wish }) => wish.sameAccountAs === undefined);
    await insertAccounts(
      tx,
      strangers.map(({ user: { accountId, name, email } }) => {
        return { id: accountId, name, email, passwordHash, language: "en", createdAt: now };
      }),
    );
    const rows = all.map(({ wish, user: { userId, accountId, name, email } }) => {
      const held = (wish.roles ?? []).map((role) => roles[role] ?? role);
      const grants = held.map((roleId) => ({ roleId, grantedBy, grantedAt: now }));
      const status = wish.status ?? "active";
      return { id: userId, accountId, name, email, createdAt: now, invitedBy: null, grants, status };
    });
    await insertUsers(tx, organizationId, rows);
    return all.map(({ user }) => user);
  };

  /** One of them alone. */
  const joinOne = async (
    tx: Tx,
    organization: Pick<TestOrganization, "organizationId" | "roles">,
    wishes: UserWishes,
  ): Promise<TestUser> => {
    const [user] = await join(tx, organization, [wishes]);
    if (user === undefined) throw new Error("Nobody was made.");
    return user;
  };

  return {
    organization: async (name = `Organization ${count + 1}`) => {
      const organizationId = ids.next();
      const roleIds = exampleRoles.map((role) => [role.key, ids.next()] as const);
      const roles = Object.fromEntries(roleIds) as Record<ExampleRoleKey, string>;
      const owner = await db.tenant(organizationId, async (tx) => {
        const now = clock.now();
        await tx
          .insertInto("organizations")
          .values({ organization_id: organizationId, name, created_at: now })
          .execute();
        await tx
          .insertInto("catalogues")
          .values({
            organization_id: organizationId,
            definition: serialiseCatalogue(exampleCatalogue),
            updated_at: now,
          })
          .execute();
        await insertRoles(
          tx,
          organizationId,
          now,
          exampleRoles.map((role) => ({ ...role, id: roles[role.key] })),
        );
        return joinOne(tx, { organizationId, roles }, { roles: ["owner"] });
      });
      return { organizationId, name, roles, owner };
    },
    user: (organization, wishes = {}) =>
      db.tenant(organization.organizationId, (tx) => joinOne(tx, organization, wishes)),
    users: async (organization, wishes) => {
      const made: TestUser[] = [];
      for (let from = 0; from < wishes.length; from += mostAtOnce) {
        const some = wishes.slice(from, from + mostAtOnce);
        made.push(...(await db.tenant(organization.organizationId, (tx) => join(tx, organization, some))));
      }
      return made;
    },
    role: async ({ organizationId }, wishes) => {
      const id = ids.next();
      await db.tenant(organizationId, (tx) =>
        insertRoles(tx, organizationId, clock.now(), [{ id, description: "", isOwner: false, ...wishes }]),
      );
      return id;
    },
    apiKey: async ({ organizationId, owner }, wishes = {}) => {
      const apiKeyId = ids.next();
      count += 1;
      const key = `ghk_${organizationId.replaceAll("-", "")}_${randomToken()}`;
      await db.tenant(organizationId, (tx) =>
        tx
          .insertInto("api_keys")
          .values({
            organization_id: organizationId,
            api_key_id: apiKeyId,
            name: `Key ${count}`,
            secret_hash: hashToken(key),
            permissions: wishes.permissions ?? null,
            created_by: (wishes.createdBy ?? owner).userId,
            created_at: clock.now(),
            expires_at: wishes.expiresAt ?? null,
            revoked_at: wishes.revokedAt ?? null,
          })
          .execute(),
      );
      return { apiKeyId, key };
    },
    session: async ({ accountId }) => {
      const token = randomToken();
      const now = clock.now();
      await db.shared((tx) =>
        tx
          .insertInto("sessions")
          .values({
            token_hash: hashToken(token),
            session_id: ids.next(),
            account_id: accountId,
            created_at: now,
            last_seen_at: now,
            expires_at: new Date(now.getTime() + 30 * 24 * 3600 * 1000),
            ip: "127.0.0.1",
            user_agent: "test",
          })
          .execute(),
      );
      return token;
    },
  };
}
