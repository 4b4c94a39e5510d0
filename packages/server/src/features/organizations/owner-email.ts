import { parseEmail } from "@gatehouse/sdk/contract";
import { Refusal } from "../../http/refusal.ts";

/**
 * The canonical form of an owner's address.
 * @throws Refusal email/invalid
 */
export function readOwnerEmail(text: string): string {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  const detail = "This is not one e-mail address. Write it like name@example.com.";
  throw new Refusal("email/invalid", {
    detail,
    errors: [{ path: "email", code: `email/${parsed.fault}`, detail }],
    params: { fault: parsed.fault },
  });
}
