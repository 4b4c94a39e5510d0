/** @gatehouse/sdk/casl: permissions as the rules of a CASL ability. */

/** A rule for `createMongoAbility`. */
export interface CaslRule {
  /** The action: `approve` of `campaigns:approve`. */
  readonly action: string;
  /** The group: `campaigns`. */
  readonly subject: string;
}

/** Converts permissions to CASL rules: `createMongoAbility([...caslRules(gatehouse.permissionsOf(userId))])`. */
export function caslRules(permissions: readonly string[]): readonly CaslRule[] {
  return permissions.map((permission) => {
    const colon = permission.indexOf(":");
    return { action: permission.slice(colon + 1), subject: permission.slice(0, colon) };
  });
}
