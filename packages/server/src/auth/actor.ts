/** Who performs a request. */
import type { Catalogue, PermissionSet } from "@gatehouse/access";
import type { ActorReference, KeyInactiveReason, Language } from "@gatehouse/sdk/contract";
import type { Authority } from "./authority.ts";
import type { OrganizationClosure } from "./organization-closure.ts";
import type { PermissionEnds } from "./permission-ends.ts";
import type { Policy } from "./policy.ts";

/** Where a request came from: recorded with what it did. */
export interface RequestOrigin {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** What the sign-in and set-up throttles count by. None of it is recorded. */
export interface ThrottleSource {
  /** Null when unknown: nothing is counted by network then, because many people may share it. */
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

/** Who acts inside one organization: a user of it, an API key, or the system itself. */
export interface Actor {
  readonly type: "user" | "api-key" | "system";
  /** User id or API key id; null for the system. */
  readonly id: string | null;
  readonly name: string;
  readonly organizationId: string;
  /** The user whose permissions apply: the user, or the creator of the key; null for the system. */
  readonly ownUserId: string | null;
  /** Present for a user. */
  readonly accountId: string | null;
  readonly sessionId: string | null;
  /** Of texts in the response: what the request asks for, else the account's. Null for a program that asks for none. */
  readonly language: Language | null;
  /** The organization's catalogue as of this request. */
  readonly catalogue: Catalogue;
  /** Effective permissions as of this request; a key's are capped by its creator's. */
  readonly permissions: PermissionSet;
  /** When permissions end that the actor holds only for a time: nothing may be given for longer. */
  readonly permissionEnds: PermissionEnds;
  /** Why an API key has no permissions at all. */
  readonly keyInactiveReason?: KeyInactiveReason;
  /** Why nobody can use the organization, for an API key on one of the few routes that answer nevertheless: everything is denied. */
  readonly closure?: OrganizationClosure;
  readonly origin: RequestOrigin;
}

/** An authenticated actor with the policy of its route: a write checks both again. */
export interface AuthenticatedActor extends Actor {
  readonly type: "user" | "api-key";
  readonly policy: Policy;
  /** What the permissions depend on: a write requires at its commit that it is unchanged. */
  readonly authority: Authority;
}

/** The installation itself: its permissions can't be revoked. */
export interface SystemActor extends Actor {
  readonly type: "system";
  readonly id: null;
}

/** The actor as it is shown in responses and audit events. */
export function toActorReference(actor: Pick<Actor, "type" | "id" | "name">): ActorReference {
  return { type: actor.type, id: actor.id, name: actor.name };
}
