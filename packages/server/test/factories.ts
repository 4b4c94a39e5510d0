/** Creates organizations, users, roles and keys for tests, directly in the database. */
import { randomBytes } from "node:crypto";
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { type ExampleRoleKey, exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import type { OpenDatabase, Tx } from "../src/db/database.ts";
import { sql } from "../src/db/sql.ts";
import { insertAccounts } from "../src/features/accounts/index.ts";
import { insertRoles } from "../src/features/roles/queries.ts";
import { insertUsers } from "../src/features/users/queries.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { Ids } from "../src/ports/ids.ts";
import { hashToken } from "../src/ports/secrets.ts";

const randomToken = (): string => randomBytes(32).toString("base64url");

/** Dependencies of the factories. */
export interface FactoryDeps {
  readonly db: OpenDatabase;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A user of one organization. */
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

/** Options of a user; the rest is generated. */
interface UserOptions {
  readonly name?: string;
  readonly email?: string;
  /** Example roles by key, others by id. */
  readonly roles?: readonly string[];
  /** When all of these roles end; null or absent for no end. */
  readonly rolesUntil?: Date | null;
  readonly status?: "active" | "suspended";
  /** A user of another organization with the same account. */
  readonly sameAccountAs?: TestUser;
}

/** Options of an API key. */
interface ApiKeyOptions {
  readonly createdBy?: TestUser;
  /** Null for all permissions of the creator. */
  readonly permissions?: readonly string[] | null;
  readonly expiresAt?: Date | null;
  readonly revokedAt?: Date | null;
}

/** The factories. */
export interface Factories {
  readonly organization: (name?: string) => Promise<TestOrganization>;
  readonly user: (organization: TestOrganization, options?: UserOptions) => Promise<TestUser>;
  /** Many users in a few statements. */
  readonly users: (
    organization: TestOrganization,
    options: readonly UserOptions[],
  ) => Promise<readonly TestUser[]>;
  readonly role: (
    organization: TestOrganization,
    options: {
      readonly name: string;
      readonly permissions: readonly string[];
      readonly description?: string;
    },
  ) => Promise<string>;
  readonly apiKey: (
    organization: TestOrganization,
    options?: ApiKeyOptions,
  ) => Promise<{ readonly apiKeyId: string; readonly key: string }>;
  /** Creates a session and returns its token. */
  readonly session: (user: Pick<TestUser, "accountId">) => Promise<string>;
}

/** Hash of `correct horse battery staple`. */
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLXRlc3Qtc2FsdA$th26ZamonyQxyJALuOBswO8tB583vz1W93GUTQEXY5Q";

const maxUsersPerStatement = 1_000;

/** Creates factories for one database. Names and addresses are numbered, so they are unique. */
export function createFactories({ db, clock, ids }: FactoryDeps): Factories {
  let count = 0;

  const createIdentity = (
    { organizationId }: Pick<TestOrganization, "organizationId">,
    options: UserOptions,
  ) => {
    count += 1;
    const { sameAccountAs } = options;
    return {
      organizationId,
      userId: ids.next(),
      accountId: sameAccountAs?.accountId ?? ids.next(),
      name: options.name ?? sameAccountAs?.name ?? `Person ${count}`,
      email: sameAccountAs?.email ?? options.email ?? `person-${count}@example.test`,
    };
  };

  const insertMembers = async (
    tx: Tx,
    organization: Pick<TestOrganization, "organizationId" | "roles">,
    options: readonly UserOptions[],
  ): Promise<readonly TestUser[]> => {
    const { organizationId } = organization;
    const roles: Readonly<Record<string, string>> = organization.roles;
    const grantedBy = { type: "system", id: null, name: "Test" } as const;
    const now = clock.now();
    const all = options.map((userOptions) => ({
      userOptions,
      user: createIdentity(organization, userOptions),
    }));
    const strangers = all.filter(({ userOptions }) => userOptions.sameAccountAs === undefined);
    await insertAccounts(
      tx,
      strangers.map(({ user: { accountId, name, email } }) => {
        return { id: accountId, name, email, passwordHash, language: "en", createdAt: now };
      }),
    );
    const rows = all.map(({ userOptions, user: { userId, accountId, name, email } }) => {
      const held = (userOptions.roles ?? []).map((role) => roles[role] ?? role);
      const expiresAt = userOptions.rolesUntil ?? null;
      const grants = held.map((roleId) => ({ roleId, grantedBy, grantedAt: now, expiresAt }));
      const status = userOptions.status ?? "active";
      return { id: userId, accountId, name, email, createdAt: now, invitedBy: null, grants, status };
    });
    await insertUsers(tx, organizationId, rows);
    return all.map(({ user }) => user);
  };

  const insertMember = async (
    tx: Tx,
    organization: Pick<TestOrganization, "organizationId" | "roles">,
    options: UserOptions,
  ): Promise<TestUser> => {
    const [user] = await insertMembers(tx, organization, [options]);
    if (user === undefined) throw new Error("No user was created.");
    return user;
  };

  return {
    organization: async (name = `Organization ${count + 1}`) => {
      const organizationId = ids.next();
      const roleIds = exampleRoles.map((role) => [role.key, ids.next()] as const);
      const roles = Object.fromEntries(roleIds) as Record<ExampleRoleKey, string>;
      const owner = await db.tenant(organizationId, async (tx) => {
        const now = clock.now();
        await tx.query(sql`INSERT INTO organizations (organization_id, name, created_at)
          VALUES (${organizationId}, ${name}, ${now})`);
        await tx.query(sql`INSERT INTO catalogues (organization_id, definition, updated_at)
          VALUES (${organizationId}, ${serialiseCatalogue(exampleCatalogue)}, ${now})`);
        await insertRoles(
          tx,
          organizationId,
          now,
          exampleRoles.map((role) => ({ ...role, id: roles[role.key] })),
        );
        return insertMember(tx, { organizationId, roles }, { roles: ["owner"] });
      });
      return { organizationId, name, roles, owner };
    },
    user: (organization, options = {}) =>
      db.tenant(organization.organizationId, (tx) => insertMember(tx, organization, options)),
    users: async (organization, options) => {
      const made: TestUser[] = [];
      for (let from = 0; from < options.length; from += maxUsersPerStatement) {
        const some = options.slice(from, from + maxUsersPerStatement);
        made.push(
          ...(await db.tenant(organization.organizationId, (tx) => insertMembers(tx, organization, some))),
        );
      }
      return made;
    },
    role: async ({ organizationId }, options) => {
      const id = ids.next();
      await db.tenant(organizationId, (tx) =>
        insertRoles(tx, organizationId, clock.now(), [{ id, description: "", isOwner: false, ...options }]),
      );
      return id;
    },
    apiKey: async ({ organizationId, owner }, options = {}) => {
      const apiKeyId = ids.next();
      count += 1;
      const key = `ghk_${organizationId.replaceAll("-", "")}_${randomToken()}`;
      await db.tenant(organizationId, (tx) =>
        tx.query(sql`INSERT INTO api_keys (organization_id, api_key_id, name, secret_hash, permissions, created_by,
            created_at, expires_at, revoked_at)
          VALUES (${organizationId}, ${apiKeyId}, ${`Key ${count}`}, ${hashToken(key)}, ${options.permissions ?? null},
            ${(options.createdBy ?? owner).userId}, ${clock.now()}, ${options.expiresAt ?? null}, ${options.revokedAt ?? null})`),
      );
      return { apiKeyId, key };
    },
    session: async ({ accountId }) => {
      const token = randomToken();
      const now = clock.now();
      await db.shared((tx) =>
        tx.query(sql`INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at,
            ip, user_agent)
          VALUES (${hashToken(token)}, ${ids.next()}, ${accountId}, ${now}, ${now},
            ${new Date(now.getTime() + 30 * 24 * 3600 * 1000)}, '127.0.0.1', 'test')`),
      );
      return token;
    },
  };
}
