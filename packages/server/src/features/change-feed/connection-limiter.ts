/** Limits the number of open streams of this process: each has a socket and polls the database. */

/** Who opens a stream. */
export interface StreamHolder {
  readonly organizationId: string;
  /** User or API key. */
  readonly id: string | null;
  /** Null for an API key. */
  readonly sessionId: string | null;
}

/** The most open streams. */
export interface ConnectionLimits {
  readonly total: number;
  readonly perActor: number;
  readonly perSession: number;
  /** So many streams an organization can open in any case: others can't use up the total for it. */
  readonly guaranteedPerOrganization: number;
}

/** Admits streams. */
export interface ConnectionLimiter {
  /** Acquires a connection. Returns its release function, or null when a limit is reached. */
  readonly acquire: (holder: StreamHolder) => (() => void) | null;
  /** The number of acquired connections. */
  readonly count: () => number;
}

/** Creates a limiter without connections. */
export function createConnectionLimiter(limits: ConnectionLimits): ConnectionLimiter {
  const counts = new Map<string, number>();
  const count = (key: string): number => counts.get(key) ?? 0;
  const add = (key: string, difference: 1 | -1): void => {
    const sum = count(key) + difference;
    if (sum === 0) counts.delete(key);
    else counts.set(key, sum);
  };
  return {
    acquire: ({ organizationId, id, sessionId }) => {
      const organization = `organization ${organizationId}`;
      const actor = `actor ${organizationId} ${id}`;
      const session = `session ${sessionId}`;
      const isFull =
        count("total") >= limits.total && count(organization) >= limits.guaranteedPerOrganization;
      if (isFull || count(actor) >= limits.perActor) return null;
      if (sessionId !== null && count(session) >= limits.perSession) return null;
      const keys = ["total", organization, actor, ...(sessionId === null ? [] : [session])];
      for (const key of keys) add(key, 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        for (const key of keys) add(key, -1);
      };
    },
    count: () => count("total"),
  };
}
