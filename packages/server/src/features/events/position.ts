/** A place in an organization's log that means the same event in one history of the database alone. */

/** After an event: its sequence, and its hash, which depends on everything before it. */
export interface Position {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first event: the beginning of every history. */
export const origin: Position = { sequence: 0, hash: "0".repeat(64) };

/** As the id of a server-sent event. */
export function formatPosition({ sequence, hash }: Position): string {
  return `${sequence}.${hash}`;
}

/** A position out of such an id; null for a bare number, which an earlier version gave: nobody knows whose event that is. */
export function parsePosition(text: string): Position | null {
  const [, digits, hash] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(text) ?? [];
  if (digits === undefined || hash === undefined) return null;
  return { sequence: Number(digits), hash };
}

/** Whether both are after the same event of the same history. */
export function isSame(one: Position, other: Position): boolean {
  return one.sequence === other.sequence && one.hash === other.hash;
}
