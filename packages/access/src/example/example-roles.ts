/** The seven roles that come with the example catalogue. */

import { type OwnPermission, withOwnGroups } from "../catalogue/builtin-permissions.ts";
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { type DeclaredPermission, definePermissions } from "../permissions/define.ts";
import { audienceGroups } from "./audience-groups.ts";
import { messageGroups } from "./message-groups.ts";
import { withTurkish } from "./turkish.ts";

/** Permissions of the example panel: `"campaigns:view" | …`, without the built-in ones. */
export type ExamplePermission =
  | DeclaredPermission<typeof messageGroups>
  | DeclaredPermission<typeof audienceGroups>;

/** The example panel's catalogue without the built-in groups. Set-up stores it when "example" is chosen. */
export const exampleCatalogue: Catalogue<ExamplePermission> = definePermissions({
  ...withTurkish(messageGroups),
  ...withTurkish(audienceGroups),
});

type Permission = ExamplePermission | OwnPermission;

/** Keys of the example roles. Names may be translated or changed; keys may not. */
export type ExampleRoleKey =
  | "owner"
  | "app-admin"
  | "developer"
  | "marketer"
  | "viewer"
  | "campaign-approver"
  | "call-center";

/** A role that is created when an organization is set up. */
export interface ExampleRole {
  readonly key: ExampleRoleKey;
  /** In English: the name where a language has none. */
  readonly name: string;
  /** One sentence for people who choose a role for a colleague. */
  readonly description: string;
  readonly translations: { readonly tr: { readonly name: string; readonly description: string } };
  /** Without implied permissions; empty for the owner, who has every permission without a list. */
  readonly permissions: readonly Permission[];
  readonly isOwner: boolean;
}

const everything: readonly Permission[] = withOwnGroups(exampleCatalogue).permissions;

const channels = ["push", "in-app", "web-push", "email", "sms", "whatsapp"];

/** Every permission of these groups. */
function listGroupPermissions(...groups: readonly string[]): readonly Permission[] {
  return everything.filter((permission) => groups.includes(permission.slice(0, permission.indexOf(":"))));
}

/** Owner, App Admin, Developer, Marketer, Viewer, Campaign Approver, Call Center. */
export const exampleRoles: readonly ExampleRole[] = [
  {
    key: "owner",
    name: "Owner",
    description: "Has every permission, including future ones",
    translations: { tr: { name: "Sahip", description: "Gelecektekiler dahil bütün izinlere sahiptir" } },
    permissions: [],
    isOwner: true,
  },
  {
    key: "app-admin",
    name: "App Admin",
    description: "Does everything except change the organization itself",
    translations: {
      tr: {
        name: "Uygulama Yöneticisi",
        description: "Kuruluşun kendisini değiştirmek dışında her şeyi yapar",
      },
    },
    permissions: everything.filter((permission) => permission !== "organization:edit"),
    isOwner: false,
  },
  {
    key: "developer",
    name: "Developer",
    description:
      "Connects the app: channels, push, in-app messages, attributes, events, experiments and API keys",
    translations: {
      tr: {
        name: "Geliştirici",
        description:
          "Uygulamayı bağlar: kanallar, push, uygulama içi iletiler, öznitelikler, olaylar, deneyler ve API anahtarları",
      },
    },
    permissions: listGroupPermissions(
      "push",
      "in-app",
      "attributes",
      "events",
      "experiments",
      "channels",
      "push-backends",
      "api-keys",
    ),
    isOwner: false,
  },
  {
    key: "marketer",
    name: "Marketer",
    description: "Creates and sends campaigns on every channel; can't approve them",
    translations: {
      tr: { name: "Pazarlamacı", description: "Her kanalda kampanya oluşturur ve gönderir; onaylayamaz" },
    },
    permissions: [
      ...listGroupPermissions("campaigns").filter((permission) => permission !== "campaigns:approve"),
      ...listGroupPermissions(...channels, "templates", "journeys", "segments", "geofences"),
      "analytics:view-advanced",
    ],
    isOwner: false,
  },
  {
    key: "viewer",
    name: "Viewer",
    description: "Sees everything except personal data; changes nothing",
    translations: {
      tr: {
        name: "İzleyici",
        description: "Kişisel veriler dışında her şeyi görür; hiçbir şeyi değiştirmez",
      },
    },
    permissions: [
      ...exampleCatalogue.permissions.filter((permission) => permission.endsWith(":view")),
      "users:view",
      "roles:view",
    ],
    isOwner: false,
  },
  {
    key: "campaign-approver",
    name: "Campaign Approver",
    description: "Approves or stops campaigns, and approves recommendations",
    translations: {
      tr: {
        name: "Kampanya Onaylayıcısı",
        description: "Kampanyaları onaylar ya da durdurur, önerileri onaylar",
      },
    },
    permissions: ["campaigns:view", "campaigns:approve", "campaigns:stop", "recommendations:approve"],
    isOwner: false,
  },
  {
    key: "call-center",
    name: "Call Center",
    description: "Looks up customers with their personal data, records consent, blocks contacts",
    translations: {
      tr: {
        name: "Çağrı Merkezi",
        description: "Müşterileri kişisel verileriyle bulur, onayları kaydeder, iletişimi engeller",
      },
    },
    permissions: [
      "people:view",
      "people:view-personal-data",
      "consent:view",
      "consent:edit",
      "contacts:block",
    ],
    isOwner: false,
  },
];
