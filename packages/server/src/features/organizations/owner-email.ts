import { invisibleIn, parseEmail } from "@gatehouse/sdk/contract";
import { Refusal } from "../../http/refusal.ts";

/**
 * The canonical form of an owner's address.
 * @throws Refusal email/invalid
 */
export function readOwnerEmail(text: string): string {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  const character = parsed.fault === "invisible" ? invisibleIn(text) : null;
  const detail =
    character === null
      ? "This is not one e-mail address. Write it like name@example.com."
      : `There is an invisible character (${character}) in this address. Delete it, or type the address again.`;
  throw new Refusal("email/invalid", {
    detail,
    errors: [{ path: "email", code: `email/${parsed.fault}`, detail }],
    params: { fault: parsed.fault },
  });
}
