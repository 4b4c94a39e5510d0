/** Tokens that say which organization they belong to. */

const patterns = {
  ghk: /^ghk_([0-9a-f]{32})_[\w-]{43}$/,
  ghp: /^ghp_([0-9a-f]{32})_[\w-]{43}$/,
} as const;

/** `ghk_<organization id without dashes>_<secret>`, `ghp_…` for a panel's cookie: the tenant is known before the look-up. */
export function organizationOf(kind: keyof typeof patterns, text: string): string | null {
  const hex = patterns[kind].exec(text)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") ?? null;
}
