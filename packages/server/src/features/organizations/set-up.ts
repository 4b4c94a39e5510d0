import type { EnteredView } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Caller, RequestOrigin } from "../../http/actor.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { Refusal } from "../../http/refusal.ts";
import { checkPassword } from "../accounts/index.ts";
import { countTry, openSession, rememberDevice, viewSession } from "../sessions/index.ts";
import { type CreatedOrganization, createOrganization } from "./create-organization.ts";
import { readOwnerEmail } from "./owner-email.ts";
import { claimSetup, isSetupToken, needsSetup } from "./setup-token.ts";

/** Who sets up what, and the token that allows it. */
export interface SetUpRequest {
  readonly token: string;
  readonly organization: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly caller: Caller;
}

/**
 * Sets up the first organization, once, and signs its owner in.
 * @throws Refusal setup/done, setup/token, email/invalid, passwords/*, throttled
 */
export async function setUp(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">,
  request: SetUpRequest,
): Promise<{ readonly session: OpenedSession; readonly view: EnteredView; readonly devices: string }> {
  const { organization, name, password, origin, caller } = request;
  await checkToken(deps, request);
  const email = readOwnerEmail(request.email);
  checkPassword({ password, name, email, organization });
  const passwordHash = await deps.passwords.hash(password);
  return deps.db.shared(
    async (tx) => {
      if (!(await claimSetup(tx, deps.clock.now()))) throw setupDone();
      const owner = { name, email, passwordHash, language: "en" } as const;
      const created = await createOrganization(deps, tx, { name: organization, owner, origin });
      if (created === null) throw setupDone();
      const { accountId: id, organizationId, userId }: CreatedOrganization = created;
      const session = await openSession(deps, tx, { accountId: id, origin });
      const view = await viewSession(tx, { id, name, email, language: owner.language }, session.expiresAt);
      const devices = rememberDevice(deps.secrets, caller.devices, { id, passwordHash });
      return { session, view: { ...view, organizationId, userId }, devices };
    },
    { system: "the one-time token is the proof" },
  );
}

/** Wrong tokens are counted by network; the count is as good as free of false alarms: a token has 256 random bits. */
async function checkToken(
  deps: Pick<Deps, "db" | "clock">,
  { token, caller }: Pick<SetUpRequest, "token" | "caller">,
): Promise<void> {
  const now = deps.clock.now();
  const state = await deps.db.shared(
    async (tx) => ({ isNeeded: await needsSetup(tx), isKnown: await isSetupToken(tx, token, now) }),
    { readOnly: true },
  );
  if (!state.isNeeded) throw setupDone();
  if (state.isKnown) return;
  if (caller.network !== null) await countTry(deps, [{ name: `set-up ${caller.network}`, limit: 30 }]);
  throw new Refusal("setup/token", {
    detail:
      "This set-up link is unknown or a day old. Use the newest one that the server printed when it started.",
  });
}

/** There is an organization already. */
export function setupDone(): Refusal {
  return new Refusal("setup/done", { detail: "This installation is set up already. Sign in instead." });
}
