/** Which addresses an organization accepts. Pure. */
import { invisibleIn, parseEmail, parseEmailDomain } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";

/** Parses domains to their ASCII form (punycode), sorted, without duplicates and invalid domains. */
export function parseEmailDomains(texts: readonly string[]): readonly string[] {
  const domains = texts.flatMap((text) => parseEmailDomain(text) ?? []);
  return [...new Set(domains)].sort();
}

/** Whether the domain of a canonical address is allowed. An empty list allows every domain. */
export function isEmailAllowed(email: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.includes(email.slice(email.lastIndexOf("@") + 1));
}

/**
 * Parses the email address of an account to its canonical form.
 * @throws ApiError email/invalid
 */
export function parseAccountEmail(text: string): string {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  const character = parsed.fault === "invisible" ? invisibleIn(text) : null;
  const detail =
    character === null
      ? "This is not one e-mail address. Write it like name@example.com."
      : `There is an invisible character (${character}) in this address. Delete it, or type the address again.`;
  throw new ApiError("email/invalid", {
    detail,
    errors: [{ path: "email", code: `email/${parsed.fault}`, detail }],
    params: { fault: parsed.fault },
  });
}
