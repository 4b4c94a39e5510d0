import type { Catalogue, PermissionOf } from "../permissions/compile-catalogue.ts";
import type { TextLanguage } from "../permissions/texts.ts";
import type { OwnPermission } from "./builtin-permissions.ts";

/**
 * A role that all organizations of an installation get from its operator: a file of `gatehouse catalogue push FILE --all` exports a list
 * of them as `roles`, beside the permissions.
 *
 * ```ts
 * export const roles = [
 *   { key: "marketer", name: "Marketer", permissions: ["campaigns:send", "users:view"] },
 * ] satisfies RoleTemplate<typeof permissions>[];
 * ```
 */
export interface RoleTemplate<C extends Catalogue = Catalogue> {
  /** The same in every push: another key is another role. Letters a–z, digits and hyphens. */
  readonly key: string;
  readonly name: string;
  readonly description?: string;
  /** Name and description in other languages. */
  readonly translations?: {
    readonly [L in TextLanguage]?: { readonly name?: string; readonly description?: string };
  };
  /** Permissions of the panel, and of Gatehouse itself. */
  readonly permissions: readonly (PermissionOf<C> | OwnPermission)[];
}
