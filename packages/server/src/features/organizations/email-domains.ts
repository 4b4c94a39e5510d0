/** Which addresses an organization lets in. Pure. */
import { parseEmailDomain } from "@gatehouse/sdk/contract";

/** Domains as they are stored: in the ASCII form of the DNS, each once, in order. What is no domain is left out. */
export function readDomains(texts: readonly string[]): readonly string[] {
  const domains = texts.flatMap((text) => parseEmailDomain(text) ?? []);
  return [...new Set(domains)].sort();
}

/** Whether an organization lets a canonical address in; no domain at all lets in everybody. */
export function isAllowed(email: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.includes(email.slice(email.lastIndexOf("@") + 1));
}
