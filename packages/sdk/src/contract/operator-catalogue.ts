/** One catalogue and templates of roles for all organizations of an installation. */
import * as z from "zod/mini";
import { endpoint, id, instant, line, list, permissionName } from "./common.ts";
import { catalogueGroup, catalogueReplacement, roleDescription, roleView, translations } from "./roles.ts";

const maxTemplates = 200;

/** A role that every organization gets. */
export const roleTemplate = z.strictObject({
  /** The same in every push: another key is another role. */
  key: z.string().check(
    z.maxLength(64, "Use 64 characters or fewer."),
    z.regex(/^[a-z][a-z0-9-]*$/, "Start with a letter a–z, followed by a–z, 0–9 and hyphens."),
    z.refine((key) => key !== "owner", "owner is the built-in role. Choose another key."),
  ),
  name: line(100),
  description: z.optional(roleDescription),
  translations: z.optional(translations),
  permissions: list(permissionName, { max: [2000, "Choose 2,000 permissions at most."] }),
});

/** An organization in which the push failed. */
const pushFailure = z.strictObject({
  organizationId: id,
  name: z.string(),
  code: z.string(),
  detail: z.string(),
});

/** What is pushed, and how far it is. */
export const installationCatalogue = z.strictObject({
  /** Rises with every push. */
  version: z.number(),
  /** `done` when no organization is left. */
  status: z.enum(["running", "done"]),
  /** Without the built-in groups. */
  groups: z.array(catalogueGroup),
  roles: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      description: z.string(),
      translations: roleView.shape.translations,
      permissions: z.array(z.string()),
    }),
  ),
  pushedAt: instant,
  progress: z.strictObject({
    /** Deleted organizations have no part in it. */
    organizations: z.number(),
    /** Those that have what was pushed. */
    applied: z.number(),
    /** Those of `applied` in which something differed before. */
    changed: z.number(),
    failed: z.number(),
    /** The first 100. */
    failures: z.array(pushFailure),
  }),
});

const catalogue = "/operator/catalogue";
const tag = "Operator";

export const getInstallationCatalogue = endpoint({
  method: "GET",
  path: catalogue,
  operationId: "getInstallationCatalogue",
  tag,
  summary:
    "The catalogue that was pushed to all organizations, the templates of their roles, and how far the push is. " +
    "404 `operator/no-catalogue` before the first one",
  success: { status: 200, body: installationCatalogue },
  versioned: true,
});

export const putInstallationCatalogue = endpoint({
  method: "PUT",
  path: catalogue,
  operationId: "putInstallationCatalogue",
  tag,
  summary:
    "Makes the permissions of every organization these, and creates and updates the roles that come from `roles`, in the background. " +
    "What an organization edited or created itself stays. Without `roles` the templates stay as they are; with an empty list there " +
    'are none. `drop` and `dropAll` as for one organization. The first push has If-Match: "0"',
  body: z.extend(catalogueReplacement, {
    roles: z.optional(list(roleTemplate, { max: [maxTemplates, `Declare ${maxTemplates} roles at most.`] })),
  }),
  success: { status: 202, body: installationCatalogue },
  versioned: true,
});

/** A role that every organization gets. */
export type RoleTemplate = z.infer<typeof roleTemplate>;
/** What is pushed, and how far it is. */
export type InstallationCatalogue = z.infer<typeof installationCatalogue>;
/** A catalogue and roles for all organizations. */
export type InstallationCatalogueBody = z.infer<typeof putInstallationCatalogue.body>;
