import type { EnteredView } from "@gatehouse/sdk/contract";
import type { RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { OpenedSession } from "../../auth/cookies.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";
import { checkPassword } from "../accounts/index.ts";
import { countAttempt, loadSessionView, openSession, rememberDevice } from "../sessions/index.ts";
import { parseAccountEmail } from "./allowed-emails.ts";
import { chooseStart } from "./choose-start.ts";
import { type CreatedOrganization, createOrganization } from "./create-organization.ts";
import { startingPoints } from "./starting-points.ts";

/** The request body of the set-up, and its sender. */
export interface SetUpRequest {
  readonly token: string;
  readonly organization: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
  /** Default: what the operator pushed to all organizations, or none. */
  readonly catalogue?: keyof typeof startingPoints | undefined;
}

/**
 * Sets up the first organization and signs in its owner. Works once per installation.
 * @throws ApiError setup/done, setup/token, email/invalid, passwords/*, throttled
 */
export async function setUp(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">,
  request: SetUpRequest,
): Promise<{ readonly session: OpenedSession; readonly view: EnteredView; readonly devices: string }> {
  const { organization, name, password, origin, throttleSource } = request;
  await requireSetupToken(deps, request);
  const email = parseAccountEmail(request.email);
  checkPassword({ password, name, email, organization });
  const passwordHash = await deps.passwords.hash(password);
  return deps.db.shared(
    async (tx) => {
      if (!(await claimSetup(tx, deps.clock.now()))) throw setupDone();
      const owner = { name, email, passwordHash, language: "en" } as const;
      const created = await createOrganization(deps, tx, {
        name: organization,
        owner,
        start: await chooseStart(
          tx,
          request.catalogue === undefined ? null : startingPoints[request.catalogue],
        ),
        origin,
      });
      if (created === null) throw setupDone();
      const { accountId: id, organizationId, userId }: CreatedOrganization = created;
      const session = await openSession(deps, tx, {
        accountId: id,
        origin,
        method: "set-up",
        twoFactor: false,
      });
      const view = await loadSessionView(
        tx,
        { id, name, email, language: owner.language },
        session.expiresAt,
      );
      const devices = rememberDevice(deps.secrets, throttleSource.devices, { id, passwordHash });
      return { session, view: { ...view, organizationId, userId }, devices };
    },
    { system: "the one-time token authorizes the set-up" },
  );
}

/**
 * Requires a valid token of a set-up link; changes nothing. Counts wrong tokens by network. Guessing is hopeless anyway: a
 * token has 256 random bits.
 * @throws ApiError setup/done, setup/token, throttled
 */
export async function requireSetupToken(
  deps: Pick<Deps, "db" | "clock">,
  { token, throttleSource }: Pick<SetUpRequest, "token" | "throttleSource">,
): Promise<void> {
  const now = deps.clock.now();
  const state = await deps.db.shared(
    // In this order: a set-up that commits in between deletes the tokens, and is seen by the second statement.
    async (tx) => ({ isKnown: await isSetupToken(tx, token, now), isNeeded: await needsSetup(tx) }),
    { readOnly: true },
  );
  if (!state.isNeeded) throw setupDone();
  if (state.isKnown) return;
  if (throttleSource.network !== null)
    await countAttempt(deps, [{ name: `set-up ${throttleSource.network}`, limit: 30 }]);
  throw new ApiError("setup/token", {
    detail:
      "This set-up link is unknown or a day old. Use the newest one that the server printed when it started.",
  });
}

/** The installation is already set up. */
export function setupDone(): ApiError {
  return new ApiError("setup/done", { detail: "This installation is set up already. Sign in instead." });
}

const linkLifetimeMs = 24 * 60 * 60_000;

/** Whether this installation has never been set up. */
export async function needsSetup(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query(
    sql<{
      needed: boolean;
    }>`SELECT setup_at IS NULL AS needed FROM installation`,
  );
  return rows[0]?.needed ?? false;
}

/**
 * Creates a set-up link that expires after a day; null if the installation is set up. Earlier links stay valid, because
 * several processes may start on one database.
 */
export async function createSetupLink(
  deps: Pick<Deps, "db" | "clock" | "secrets" | "config">,
): Promise<string | null> {
  const now = deps.clock.now();
  const token = deps.secrets.token();
  const isNeeded = await deps.db.shared(
    async (tx) => {
      if (!(await needsSetup(tx))) return false;
      await tx.query(sql`
      INSERT INTO setup_tokens (token_hash, created_at, expires_at)
      VALUES (${hashToken(token)}, ${now}, ${new Date(now.getTime() + linkLifetimeMs)})`);
      return true;
    },
    { system: "the server creates its set-up link" },
  );
  return isNeeded ? `${deps.config.publicUrl}/setup#${token}` : null;
}

/** Whether the token is known and not expired. */
async function isSetupToken(tx: Tx, token: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM setup_tokens WHERE token_hash = ${hashToken(token)} AND expires_at > ${now}`);
  return rows.length === 1;
}

/** Marks this installation as set up and deletes all links. Returns true in exactly one of several concurrent transactions. */
export async function claimSetup(tx: Tx, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    UPDATE installation SET setup_at = ${now} WHERE setup_at IS NULL RETURNING 1`);
  if (rows.length === 0) return false;
  await tx.query(sql`DELETE FROM setup_tokens`);
  return true;
}
