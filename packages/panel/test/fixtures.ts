/** Data of component tests. */
import type {
  AuditEvent,
  CatalogueGroup,
  InvitationView,
  MeView,
  OrganizationView,
  RoleView,
  SecurityView,
  UserDetails,
  UserView,
} from "@gatehouse/sdk/contract";

const at = "2026-03-03T10:00:00.000Z";

const action = (permission: string, label: string, implies: readonly string[] = [], sensitive = false) => ({
  permission,
  label,
  description: `Allows ${permission}`,
  sensitive,
  implies: [...implies],
});

/** Two groups of permissions. */
export const catalogue: readonly CatalogueGroup[] = [
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view", "View"),
      action("campaigns:edit", "Edit", ["campaigns:view"]),
      action("campaigns:approve", "Approve", ["campaigns:edit", "campaigns:view"], true),
    ],
  },
  {
    key: "contacts",
    label: "Contacts",
    actions: [action("contacts:view", "View"), action("contacts:block", "Block", ["contacts:view"])],
  },
];

/** Every permission of `catalogue`, and the built-in ones. */
export const allPermissions: readonly string[] = [
  ...catalogue.flatMap(({ actions }) => actions.map(({ permission }) => permission)),
  ...["view", "suspend", "remove", "invite"].map((name) => `users:${name}`),
  ...["view", "create", "edit", "delete", "assign"].map((name) => `roles:${name}`),
  "organization:view",
  "organization:edit",
  "invitations:view",
  "audit:view",
];

/** An account without a second factor. */
export function createSecurity(): SecurityView {
  return { passwordChangedAt: at, totp: null, passkeys: [], recoveryCodesLeft: 0 };
}

/** The signed-in account. With every permission it is an owner. */
export function createMe(permissions: readonly string[] = allPermissions): MeView {
  return {
    account: { id: "a-olive", name: "Olive Brandt", email: "olive@lodos.example", language: "en" },
    organizations: [
      {
        id: "organization",
        name: "Lodos Retail",
        userId: "olive",
        userName: "Olive Brandt",
        status: "active",
        roles: [{ id: "owner", name: "Owner" }],
        permissions: [...permissions],
        isOwner: permissions === allPermissions,
        panels: [],
        unmetRule: null,
        twoFactorDueAt: null,
        contacts: [],
      },
    ],
    mail: "smtp",
  };
}

export function createRole(fields: Partial<RoleView> = {}): RoleView {
  const { name = "Marketer", description = "" } = fields;
  return {
    id: "marketer",
    name,
    description,
    defaultName: name,
    defaultDescription: description,
    translations: {},
    system: false,
    permissions: [],
    userCount: 0,
    invitationCount: 0,
    template: null,
    updatedAt: at,
    ...fields,
  };
}

/** A user whose id is the lower-case first name. */
export function createUser(name: string, fields: Partial<UserView> = {}): UserView {
  const id = name.split(" ")[0]?.toLowerCase() ?? name;
  return {
    id,
    accountId: `a-${id}`,
    name,
    email: `${id}@lodos.example`,
    status: "active",
    twoFactor: false,
    lastActiveAt: null,
    createdAt: at,
    roles: [],
    ...fields,
  };
}

/** A user with roles, as on the user's page. */
export function createUserDetails(name: string, roleNames: readonly string[]): UserDetails {
  const grantedBy = { type: "user", id: "olive", name: "Olive Brandt" } as const;
  const roles = roleNames.map((role) => ({ id: role.toLowerCase(), name: role, grantedAt: at, grantedBy }));
  return { ...createUser(name), roles, invitedBy: grantedBy };
}

/** A pending invitation. */
export function createInvitation(email: string, fields: Partial<InvitationView> = {}): InvitationView {
  return {
    id: email,
    email,
    roles: [],
    status: "pending",
    delivery: "sent",
    invitedBy: { type: "user", id: "olive", name: "Olive Brandt" },
    createdAt: at,
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    lastSentAt: at,
    ...fields,
  };
}

export function createOrganization(fields: Partial<OrganizationView> = {}): OrganizationView {
  return {
    id: "organization",
    name: "Lodos Retail",
    language: "en",
    invitationExpiresInDays: 7,
    allowedEmailDomains: [],
    panelOrigins: [],
    defaultPanelOrigin: null,
    security: {
      requireTwoFactor: false,
      twoFactorGraceDays: 7,
      sessionIdleMinutes: 720,
      sessionMaxDays: 30,
      passwordMaxAgeDays: null,
      allowedNetworks: [],
    },
    createdAt: at,
    ...fields,
  };
}

/** An audit event by another user, now. */
export function createEvent(actorName: string, actorId = "elif"): AuditEvent {
  return {
    id: "event",
    sequence: 1,
    at: new Date().toISOString(),
    actor: { type: "user", id: actorId, name: actorName },
    action: "roles.edited",
    target: { type: "role", id: "marketer", name: "Marketer" },
    changes: [],
    ip: null,
    userAgent: null,
    hash: "",
  };
}

/** A list response with all its items on one page. */
export function listOf<T>(items: readonly T[]) {
  return { items: [...items], nextCursor: null, total: { count: items.length, exact: true } };
}
