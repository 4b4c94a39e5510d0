/** What a new organization starts with: its catalogue and its first roles. */
import { type Catalogue, definePermissions } from "@gatehouse/access";
import { ownCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import type { RoleTranslations } from "../../db/role-texts.ts";

/** A role that is created with the organization. */
interface StartingRole {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly translations: RoleTranslations;
  readonly permissions: readonly string[];
  readonly isOwner: boolean;
  /** Hash of the operator's template that the role follows; absent for a role of the organization. */
  readonly templateHash?: string;
}

/** A catalogue without the built-in groups, and roles with exactly one owner role. */
export interface StartingPoint {
  readonly catalogue: Catalogue;
  readonly roles: readonly StartingRole[];
}

const ownerRoles = exampleRoles.filter((role) => role.isOwner);
const managedGroups = ["users", "roles", "invitations", "audit"];
const isView = (permission: string) => permission.endsWith(":view");

/** No permissions of a panel yet; roles for those who manage access in Gatehouse itself. */
const none: StartingPoint = {
  catalogue: definePermissions({}),
  roles: [
    ...ownerRoles,
    {
      key: "access-manager",
      name: "Access Manager",
      description:
        "Invites people, changes their roles and sees the audit log; can give only permissions of this role",
      translations: {
        tr: {
          name: "Erişim Yöneticisi",
          description:
            "Kişileri davet eder, rollerini değiştirir ve denetim kaydını görür; yalnızca bu rolün izinlerini verebilir",
        },
      },
      permissions: ownCatalogue.permissions.filter(
        (permission) =>
          isView(permission) || managedGroups.includes(permission.slice(0, permission.indexOf(":"))),
      ),
      isOwner: false,
    },
    {
      key: "viewer",
      name: "Viewer",
      description: "Sees users, roles, invitations, settings and the audit log; changes nothing",
      translations: {
        tr: {
          name: "İzleyici",
          description:
            "Kullanıcıları, rolleri, davetleri, ayarları ve denetim kaydını görür; hiçbir şeyi değiştirmez",
        },
      },
      permissions: ownCatalogue.permissions.filter(isView),
      isOwner: false,
    },
  ],
};

/** The starting points that set-up offers. */
export const startingPoints = {
  none,
  example: { catalogue: exampleCatalogue, roles: exampleRoles },
} as const satisfies Readonly<Record<string, StartingPoint>>;

/** A panel's declared permissions, and the owner role: the panel's roles are its own. */
export function startWith(catalogue: Catalogue): StartingPoint {
  return { catalogue, roles: ownerRoles };
}
