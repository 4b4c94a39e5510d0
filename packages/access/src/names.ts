/** Names of groups and actions. */

/** What a name may be: at most 64 characters, the first a letter. */
export const namePattern: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** "view-personal-data" → "View personal data". */
export function labelFrom(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
