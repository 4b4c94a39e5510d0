/** @gatehouse/sdk/casl: permissions as the rules of a CASL ability. */

/** A rule as `createMongoAbility` takes it. */
export interface CaslRule {
  /** The action: `approve` of `campaigns:approve`. */
  readonly action: string;
  /** The group: `campaigns`. */
  readonly subject: string;
}

/** One rule for each permission: `createMongoAbility([...caslRules(gatehouse.permissionsOf(userId))])`. */
export function caslRules(permissions: readonly string[]): readonly CaslRule[] {
  return permissions.map((permission) => {
    const colon = permission.indexOf(":");
    return { action: permission.slice(colon + 1), subject: permission.slice(0, colon) };
  });
}
