/** Which second factors the present secret key can't verify. */
import type { Engine } from "../db/engine.ts";
import { openTotpSecret } from "../features/second-factors/accept-factor.ts";
import { createSecrets } from "../ports/secrets.ts";

/** Second factors that depend on the secret key; passkeys don't. */
interface DependentFactors {
  readonly apps: number;
  /** Accounts with recovery codes. */
  readonly codes: number;
}

/** What another secret key would end, in a sentence; empty for nothing. */
export async function describeFactorLosses({ pool }: Pick<Engine, "pool">): Promise<string> {
  const { rows } = await pool.query<DependentFactors>(`
    select (select count(*)::int from public.account_totp where enabled_at is not null) as apps,
      (select count(distinct account_id)::int from public.account_recovery_codes where used_at is null) as codes`);
  const { apps, codes } = rows[0] ?? { apps: 0, codes: 0 };
  if (apps + codes === 0) return "";
  return ` It also ends ${count(apps, "authenticator app")} and the recovery codes of ${count(codes, "account")}; passwords and passkeys stay. ${nextStep}`;
}

const nextStep = "People who have nothing else then need: gatehouse account remove-second-factors EMAIL.";

/** The most apps that are read: more are not needed to see that the key is another one. */
const maxApps = 10_000;

/** Accounts whose authenticator app was set up with another secret key. */
export async function findUnreadableApps(
  { pool }: Pick<Engine, "pool">,
  secretKey: string,
): Promise<{ readonly emails: readonly string[]; readonly total: number }> {
  const secrets = createSecrets(secretKey);
  const { rows } = await pool.query<{ id: string; email: string; secret: string }>(`
    select t.account_id as id, a.email, t.secret from public.account_totp t
    join public.accounts a on a.account_id = t.account_id
    where t.enabled_at is not null order by a.email limit ${maxApps}`);
  const emails = rows.filter(({ id, secret }) => openTotpSecret(secrets, id, secret) === null);
  return { emails: emails.map(({ email }) => email), total: rows.length };
}

/** What to do about them, in one line; null when there are none. */
export function describeUnreadableApps({
  emails,
  total,
}: Awaited<ReturnType<typeof findUnreadableApps>>): string | null {
  if (emails.length === 0) return null;
  const shown = emails.slice(0, 5).join(", ");
  const more = emails.length > 5 ? ` and ${emails.length - 5} more` : "";
  return `${emails.length} of ${total} authenticator apps were set up with another secret key: their codes and the recovery codes of these accounts are refused. Start with that key again, or run gatehouse account remove-second-factors for: ${shown}${more}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
