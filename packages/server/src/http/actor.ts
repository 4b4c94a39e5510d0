/** Who performs a request. */
import type { Catalogue, PermissionSet } from "@gatehouse/access";
import type { ActorReference, Language } from "@gatehouse/sdk/contract";
import type { Policy } from "./policy.ts";

/** Where a request came from: recorded with what it did. */
export interface RequestOrigin {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** What throttles tell callers apart by. Nothing of it is recorded. */
export interface Caller {
  /** Null when it isn't known: then nothing is counted by network, because many people may be behind it. */
  readonly network: string | null;
  /** The device cookie, as the browser sent it. */
  readonly devices: string | null;
}

/** A signed-in person, outside any organization. */
export interface AccountActor {
  readonly type: "account";
  readonly accountId: string;
  readonly sessionId: string;
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  /** When the session ends at the latest. */
  readonly expiresAt: Date;
  readonly origin: RequestOrigin;
}

/** Whoever acts inside one organization: a user of it, an API key, or the system itself. */
export interface Actor {
  readonly type: "user" | "api-key" | "system";
  /** User id or API key id; null for the system. */
  readonly id: string | null;
  readonly name: string;
  readonly organizationId: string;
  /** The user for whose rights this stands: the user, or the creator of the key; null for the system. */
  readonly ownUserId: string | null;
  /** Present for a user. */
  readonly accountId: string | null;
  readonly sessionId: string | null;
  readonly language: Language;
  /** The organization's catalogue as of this request. */
  readonly catalogue: Catalogue;
  /** Effective permissions as of this request: for a key, capped by its creator's. */
  readonly permissions: PermissionSet;
  readonly origin: RequestOrigin;
}

/** Somebody who was authenticated for a request, with the policy of its route: a write checks both once more. */
export interface AuthenticatedActor extends Actor {
  readonly type: "user" | "api-key";
  readonly policy: Policy;
}

/** The installation itself: nobody can take its rights away. */
export interface SystemActor extends Actor {
  readonly type: "system";
  readonly id: null;
}

/** The actor as it is shown and recorded. */
export function referenceTo(actor: Pick<Actor, "type" | "id" | "name">): ActorReference {
  return { type: actor.type, id: actor.id, name: actor.name };
}
