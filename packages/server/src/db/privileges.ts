/** The requirements on the database and its user, and the messages when they aren't met. */
import type pg from "pg";

const oldestServer = 150_000;

interface Facts {
  readonly version: number;
  readonly encoding: string;
  readonly database: string;
  readonly user: string;
  readonly ownsDatabase: boolean;
  readonly missingExtensions: string | null;
  readonly makesRoles: boolean;
  readonly isSuperuser: boolean;
}

interface RoleFacts {
  readonly name: string;
  readonly exists: boolean;
  readonly isMember: boolean;
  readonly isAdmin: boolean;
}

/** One line that says what an administrator must do before the schema can be created; null if nothing. */
export async function describeMissingRequirement(client: pg.ClientBase): Promise<string | null> {
  const facts = await readFacts(client);
  if (facts.version < oldestServer) {
    return `The PostgreSQL server is version ${Math.floor(facts.version / 10_000)}. Gatehouse needs 15 or newer.`;
  }
  if (facts.encoding !== "UTF8") {
    return `The database ${facts.database} is encoded in ${facts.encoding}. Create one with ENCODING 'UTF8'.`;
  }
  if (facts.missingExtensions !== null) {
    return `The PostgreSQL server lacks the extension ${facts.missingExtensions}. Install its contrib package (Debian: postgresql-contrib).`;
  }
  const statements = [...missingOwnership(facts), ...(await missingRoles(client, facts))];
  if (statements.length === 0) return null;
  return `The database user ${facts.user} may not make the schema. As an administrator of the server run: ${statements.join(" ")}`;
}

async function readFacts(client: pg.ClientBase): Promise<Facts> {
  const { rows } = await client.query<Facts>(`
    select current_setting('server_version_num')::integer as version, current_setting('server_encoding') as encoding,
           current_database() as database, current_user as user,
           pg_has_role(current_user, (select nspowner from pg_namespace where nspname = 'public'), 'MEMBER')
             and has_database_privilege(current_database(), 'CREATE') as "ownsDatabase",
           (select string_agg(wanted, ' and ') from unnest(array['pg_trgm', 'btree_gin']) wanted
             where not exists (select from pg_available_extensions where name = wanted)) as "missingExtensions",
           r.rolsuper or r.rolcreaterole as "makesRoles", r.rolsuper as "isSuperuser"
      from pg_roles r where r.rolname = current_user`);
  const [facts] = rows;
  if (facts === undefined) throw new Error("The database does not know its own user.");
  return facts;
}

function missingOwnership({ ownsDatabase, database, user }: Facts): readonly string[] {
  return ownsDatabase ? [] : [`ALTER DATABASE ${quoted(database)} OWNER TO ${quoted(user)};`];
}

async function missingRoles(client: pg.ClientBase, facts: Facts): Promise<readonly string[]> {
  if (facts.isSuperuser) return [];
  // From 16 on, a member may not act as the role unless the grant says so, and only its administrators may grant it.
  const isNewer = facts.version >= 160_000;
  const { rows } = await client.query<RoleFacts>(`
    select wanted as name, r.oid is not null as exists,
           coalesce(pg_has_role(current_user, r.oid, '${isNewer ? "SET" : "MEMBER"}'), false) as "isMember",
           coalesce(pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION'), false) as "isAdmin"
      from unnest(array['gatehouse_app', 'gatehouse_search', 'gatehouse_keeper']) wanted
      left join pg_roles r on r.rolname = wanted`);
  const toMake = rows.filter((role) => !role.exists && !facts.makesRoles);
  const toGrant = rows.filter((role) => {
    if (role.isMember || role.isAdmin) return false;
    return role.exists ? isNewer || !facts.makesRoles : !facts.makesRoles;
  });
  return [
    ...toMake.map(({ name }) => `CREATE ROLE ${name} NOLOGIN;`),
    ...(toGrant.length === 0
      ? []
      : [`GRANT ${toGrant.map(({ name }) => name).join(", ")} TO ${quoted(facts.user)};`]),
  ];
}

/** One line for a user who finds another user's tables. */
export function describeForeignOwner(owner: string): string {
  return `The tables belong to the database user ${owner}, as after a restore by that user. Set DATABASE_URL to ${owner}, or restore with gatehouse restore into an empty database.`;
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
