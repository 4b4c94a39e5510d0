/** Who may accept: the one account that the invitation's address belongs to, or somebody who makes it now. */
import type { FieldProblem, Language } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import { checkPassword } from "../accounts/index.ts";

/** An account to be made, with its password hashed. */
export interface Newcomer {
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  readonly passwordHash: string;
}

/** What was sent beside the link. */
interface Sent {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * The signed-in account, if the invitation is for it. An invitation never changes what an account has already, so name
 * and password must not come along.
 * @throws Refusal invitations/other-account, request/invalid
 */
export function requireOwnAccount(session: AccountActor, invited: string, sent: Sent): AccountActor {
  if (session.email !== invited)
    throw new Refusal("invitations/other-account", {
      detail: `This invitation is for ${invited}. You are signed in as ${session.email}: sign out, then open the link again.`,
      params: { invited, signedIn: session.email },
    });
  const unwanted = (["name", "password"] as const).filter((field) => sent[field] !== undefined);
  if (unwanted.length > 0)
    throw invalid(
      unwanted,
      "Leave this out: you have an account already, and an invitation doesn't change it.",
    );
  return session;
}

/**
 * Checks the name and the password of a new account and hashes the password, before any transaction begins.
 * @throws Refusal request/invalid, passwords/too-short, passwords/too-common, busy
 */
export async function prepareNewcomer(
  deps: Pick<Deps, "passwords">,
  offer: { readonly email: string; readonly language: Language; readonly organization: string | null },
  sent: Sent,
): Promise<Newcomer> {
  const { name, password } = sent;
  const missing = (["name", "password"] as const).filter((field) => sent[field] === undefined);
  if (name === undefined || password === undefined) throw invalid(missing, "A new account needs this.");
  const { email, language, organization } = offer;
  checkPassword({ password, name, email, organization });
  return { email, name, language, passwordHash: await deps.passwords.hash(password) };
}

function invalid(fields: readonly ("name" | "password")[], detail: string): Refusal {
  const errors = fields.map((path): FieldProblem => ({ path, code: "request/invalid", detail }));
  return new Refusal("request/invalid", { detail: `${detail} (${fields.join(", ")})`, errors });
}
