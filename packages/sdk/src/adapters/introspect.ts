/** Asks the server whose session a token is. */
import type { Connection } from "../client/connection.ts";
import type { GatehouseUser } from "./authorize.ts";

/**
 * The user of a session token; null for an ended or unknown session, and for an address from which the organization can't be used.
 * Rejects without a response.
 */
export type Introspect = (token: string, ip?: string) => Promise<GatehouseUser | null>;

/** Creates the function. `origin` is the panel's, if it is on another host than Gatehouse. */
export function createIntrospect({ base, post }: Connection, origin: string | undefined): Introspect {
  return async (token, ip) => {
    const response = await post(`${base}/sessions/introspect`, { token, origin, ip });
    const { active, user } = (response ?? {}) as { active?: unknown; user?: GatehouseUser };
    return active === true && typeof user?.id === "string" ? user : null;
  };
}
