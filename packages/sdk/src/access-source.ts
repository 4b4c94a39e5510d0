/** What answers checks: a replica in this process, or the server. */
import type { Explanation } from "@gatehouse/access";
import type { GrantedBy } from "./replica/replica.ts";

/** State of the replica. */
export interface GatehouseStatus {
  /** Whether `can` may return true. */
  readonly isFresh: boolean;
  /**
   * Sequence number in the audit log up to which the replica is complete; null before the first load. It decreases when the
   * server's database is restored to an earlier state, so it doesn't identify an event permanently.
   */
  readonly sequence: number | null;
  /** Milliseconds since the replica was known to be complete. */
  readonly age: number;
}

/** A user: by their id in Gatehouse, or by the panel's own id of them. */
export type UserReference = string | { readonly externalId: string };

/** Hears whose sessions may have ended, or which users changed; null for all. */
export type SessionListener = (userIds: readonly string[] | null) => void;

/** Answers checks of one organization. It connects when it is used for the first time. */
export interface AccessSource {
  readonly ready: () => Promise<void>;
  readonly can: (user: UserReference, permission: string) => boolean;
  readonly check: (user: UserReference, permission: string) => Promise<boolean>;
  readonly explain: (user: UserReference, permission: string) => Explanation<string, GrantedBy>;
  readonly usersWith: (permission: string) => readonly string[];
  readonly permissionsOf: (user: UserReference) => readonly string[];
  readonly listPermissions: (user: UserReference) => Promise<readonly string[]>;
  readonly hasPermission: (permission: string) => boolean;
  readonly status: () => GatehouseStatus;
  readonly onChange: (listener: () => void) => () => void;
  /** The id of the user with an external id; null if it isn't known here. */
  readonly findUserId: (externalId: string) => string | null;
  /** Whether listeners are called as soon as a session ends. */
  readonly isSubscribed: () => boolean;
  readonly onSessionsEnded: (listener: SessionListener) => void;
  readonly close: () => void;
}
