/** Puts a client together: checks of a source, and guards that use them. */
import type { Catalogue } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { AccessSource, UserReference } from "./access-source.ts";
import { createAssertKnown } from "./adapters/assert-known.ts";
import { createGuards, type GatehouseUser, toReference } from "./adapters/authorize.ts";
import { createAdapters } from "./adapters/create-adapters.ts";
import type { Introspect } from "./adapters/introspect.ts";
import { type RequestLike, readSessionToken } from "./adapters/session-token.ts";
import type { SignIn } from "./adapters/sign-in.ts";
import type { Gatehouse, GatehouseOptions } from "./gatehouse.ts";

/** The parts of a client. */
export interface Parts<P extends string> {
  readonly source: AccessSource;
  readonly declared: Catalogue<P>;
  readonly introspect: Introspect;
  readonly signIn: SignIn;
  readonly origin?: string | undefined;
  readonly identify?: GatehouseOptions<P>["identify"];
}

/** Creates the client. */
export function assemble<P extends string>(parts: Parts<P>): Gatehouse<P | OwnPermission> {
  type Name = P | OwnPermission;
  const { source, declared, signIn } = parts;
  const userFrom = async (request: RequestLike): Promise<GatehouseUser | null> => {
    const token = readSessionToken(request, parts.origin);
    const { ip } = request;
    return token === null ? null : parts.introspect(token, typeof ip === "string" ? ip : undefined);
  };
  const identify = async (request: RequestLike): Promise<GatehouseUser | null> => {
    if (parts.identify === undefined) return userFrom(request);
    const identified = await parts.identify(request);
    if (identified === null) return null;
    if (typeof identified === "string") return { id: identified };
    const { externalId } = identified;
    return { id: source.findUserId(externalId) ?? "", externalId };
  };
  const check = (user: UserReference, permission: Name) => source.check(user, permission);
  const guards = createGuards<Name>({
    identify,
    check: (user, permission) => check(toReference(user), permission),
    assertKnown: createAssertKnown(declared),
  });
  return {
    ready: source.ready,
    can: source.can,
    check,
    explain: source.explain,
    usersWith: source.usersWith,
    permissionsOf: source.permissionsOf as (user: UserReference) => readonly Name[],
    listPermissions: source.listPermissions as (user: UserReference) => Promise<readonly Name[]>,
    missingOnServer: () => declared.permissions.filter((permission) => !source.hasPermission(permission)),
    status: source.status,
    onChange: source.onChange,
    userFrom,
    signIn,
    ...createAdapters(guards, signIn),
    close: source.close,
  };
}
