/** A position in an organization's audit log. The hash makes it unique across database restores. */

/** After an event: its sequence, and its hash, which depends on all earlier events. */
export interface Position {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first event. */
export const startPosition: Position = { sequence: 0, hash: "0".repeat(64) };

/** The position as the id of a server-sent event. */
export function formatPosition({ sequence, hash }: Position): string {
  return `${sequence}.${hash}`;
}

/** Parses such an id; null for a number without a hash, as sent by earlier versions. */
export function parsePosition(text: string): Position | null {
  const [, digits, hash] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(text) ?? [];
  if (digits === undefined || hash === undefined) return null;
  return { sequence: Number(digits), hash };
}

/** Whether both are after the same event. */
export function isSamePosition(one: Position, other: Position): boolean {
  return one.sequence === other.sequence && one.hash === other.hash;
}
