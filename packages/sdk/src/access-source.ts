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

/** Answers checks of one organization. It connects when it is used for the first time. */
export interface AccessSource {
  readonly ready: () => Promise<void>;
  readonly can: (userId: string, permission: string) => boolean;
  readonly check: (userId: string, permission: string) => Promise<boolean>;
  readonly explain: (userId: string, permission: string) => Explanation<string, GrantedBy>;
  readonly usersWith: (permission: string) => readonly string[];
  readonly permissionsOf: (userId: string) => readonly string[];
  readonly listPermissions: (userId: string) => Promise<readonly string[]>;
  readonly hasPermission: (permission: string) => boolean;
  readonly status: () => GatehouseStatus;
  readonly onChange: (listener: () => void) => () => void;
  readonly close: () => void;
}
