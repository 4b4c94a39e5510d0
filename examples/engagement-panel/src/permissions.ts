/** This panel's permissions. The server's routes and the pages' buttons use these names; no others compile. */
import { definePermissions, type PermissionOf } from "@gatehouse/access";

/** The panel's catalogue. Set-up sends it to Gatehouse, which shows it in the role editor. */
export const permissions = definePermissions({
  campaigns: {
    label: "Campaigns",
    description: "Messages to customers, from the first draft to approval",
    actions: {
      view: { description: "See campaigns and their state" },
      create: { implies: ["view", "segments:view"], description: "Write new campaigns" },
      edit: {
        implies: ["view", "segments:view"],
        description: "Change drafts and campaigns that were sent back",
      },
      submit: { implies: ["view"], description: "Ask for approval" },
      approve: {
        label: "Approve or send back",
        implies: ["view"],
        sensitive: true,
        description: "Approve campaigns of others, or send them back",
      },
    },
  },
  segments: {
    label: "Segments",
    description: "Groups of customers",
    actions: {
      view: { description: "See segments" },
      create: { implies: ["view"], description: "Create new segments" },
    },
  },
  reports: {
    label: "Reports",
    actions: { view: { description: "See the number of campaigns in each state" } },
  },
});

/** A permission of this panel, e.g. `campaigns:approve`. */
export type Permission = PermissionOf<typeof permissions>;
