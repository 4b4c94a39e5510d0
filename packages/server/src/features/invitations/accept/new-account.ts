/** The account that accepts: the signed-in account with the invited address, or a new one. */
import type { FieldProblem, Language } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../../auth/actor.ts";
import type { Deps } from "../../../deps.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { checkPassword } from "../../accounts/index.ts";

/** An account to create, with its hashed password. */
export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  readonly passwordHash: string;
}

/** The fields that were sent with the token. */
interface SubmittedFields {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Returns the signed-in account if the invitation is for its address. An invitation never changes an existing account,
 * so name and password must be absent.
 * @throws ApiError invitations/other-account, request/invalid
 */
export function requireMatchingAccount(
  session: AccountActor,
  invited: string,
  fields: SubmittedFields,
): AccountActor {
  if (session.email !== invited)
    throw new ApiError("invitations/other-account", {
      detail: `This invitation is for ${invited}. You are signed in as ${session.email}: sign out, then open the link again.`,
      params: { invited, signedIn: session.email },
    });
  const unexpected = (["name", "password"] as const).filter((field) => fields[field] !== undefined);
  if (unexpected.length > 0)
    throw invalid(
      unexpected,
      "Leave this out: you have an account already, and an invitation doesn't change it.",
    );
  return session;
}

/**
 * Validates the name and the password of a new account and hashes the password, before any transaction begins.
 * @throws ApiError request/invalid, passwords/too-short, passwords/too-common, busy
 */
export async function prepareNewAccount(
  deps: Pick<Deps, "passwords">,
  offer: { readonly email: string; readonly language: Language; readonly organization: string | null },
  fields: SubmittedFields,
): Promise<NewAccount> {
  const { name, password } = fields;
  const missing = (["name", "password"] as const).filter((field) => fields[field] === undefined);
  if (name === undefined || password === undefined) throw invalid(missing, "A new account needs this.");
  const { email, language, organization } = offer;
  checkPassword({ password, name, email, organization });
  return { email, name, language, passwordHash: await deps.passwords.hash(password) };
}

function invalid(names: readonly ("name" | "password")[], detail: string): ApiError {
  const errors = names.map((path): FieldProblem => ({ path, code: "request/invalid", detail }));
  return new ApiError("request/invalid", { detail: `${detail} (${names.join(", ")})`, errors });
}
