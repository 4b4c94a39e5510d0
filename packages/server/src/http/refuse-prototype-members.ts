/** Members that schemas leave out without a word. */
import { Refusal } from "./refusal.ts";
import { shorten } from "./shorten.ts";

const longestPath = 100;

/**
 * Refuses a body with a member named `__proto__` at any depth. Schemas drop such a member silently where names are free, and
 * a program that copies it into an object would change the object's prototype.
 * @throws Refusal request/invalid with the place of the first one
 */
export function refusePrototypeMembers(body: unknown): void {
  const path = findPrototypeMember(body);
  if (path === null) return;
  const detail = "__proto__ is no name that can be used. Choose another, or take it out.";
  const place = shorten(path, longestPath);
  throw new Refusal("request/invalid", {
    detail: `${place}: ${detail}`,
    errors: [{ path: place, code: "invalid/name", detail }],
  });
}

/** Lists of hundreds of thousands of numbers come as well: what can't have members costs no call. */
function findPrototypeMember(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const part: unknown = value[index];
      if (typeof part !== "object" || part === null) continue;
      const found = findPrototypeMember(part);
      if (found !== null) return `${index}.${found}`;
    }
    return null;
  }
  if (Object.hasOwn(value, "__proto__")) return "__proto__";
  for (const [name, part] of Object.entries(value)) {
    const found = findPrototypeMember(part);
    if (found !== null) return `${name}.${found}`;
  }
  return null;
}
