/** Password policy: the rules that the panel shows while somebody types, and the most common passwords. */
import { findPasswordFault, minPasswordLength, type PasswordOwner } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";
import { isCommonPassword } from "./common-passwords/is-common-password.ts";

/** A new password, and personal data that an attacker may know. */
export interface PasswordChoice extends PasswordOwner {
  readonly password: string;
}

/**
 * Requires a password that is long enough and hard to guess. `path` is its location in the request.
 * @throws ApiError passwords/too-short, passwords/too-common
 */
export function checkPassword(choice: PasswordChoice, path = "password"): void {
  const fault = findPasswordFault(choice.password, choice);
  if (fault?.is === "too-short") {
    const { length } = fault;
    const detail = `Use at least ${minPasswordLength} characters; a sentence works well. This has ${length}.`;
    const params = { shortest: minPasswordLength, length };
    throw createPasswordError("passwords/too-short", { path, detail, params });
  }
  if (fault?.is === "personal") {
    const detail =
      "This password is little more than your name, address or organization. Use a sentence or several unrelated words.";
    throw createPasswordError("passwords/too-common", { path, detail });
  }
  if (fault === null && !isCommonPassword(choice.password)) return;
  const detail = "This password is easy to guess. Use a sentence or several unrelated words.";
  throw createPasswordError("passwords/too-common", { path, detail });
}

function createPasswordError(
  code: "passwords/too-short" | "passwords/too-common",
  {
    path,
    detail,
    params = {},
  }: { readonly path: string; readonly detail: string; readonly params?: Record<string, number> },
): ApiError {
  return new ApiError(code, { detail, errors: [{ path, code, detail }], params });
}
