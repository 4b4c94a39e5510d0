/** What can be done in this panel. The server's routes and the pages' buttons use these names, and no others compile. */
import { definePermissions, type PermissionOf } from "@gatehouse/access";

/** The panel's catalogue. Set-up gives it to Gatehouse, which shows it to whoever makes roles. */
export const permissions = definePermissions({
  campaigns: {
    label: "Campaigns",
    description: "Messages to customers, from the first draft to approval",
    actions: {
      view: { description: "See campaigns and what became of them" },
      create: { implies: ["view", "segments:view"], description: "Write new campaigns" },
      edit: { implies: ["view", "segments:view"], description: "Change drafts and what was sent back" },
      submit: { implies: ["view"], description: "Ask for approval" },
      approve: {
        label: "Approve or send back",
        implies: ["view"],
        sensitive: true,
        description: "Decide whether customers hear from us; never about one's own campaigns",
      },
    },
  },
  segments: {
    label: "Segments",
    description: "Groups of customers",
    actions: {
      view: { description: "See segments" },
      create: { implies: ["view"], description: "Describe new segments" },
    },
  },
  reports: {
    label: "Reports",
    actions: { view: { description: "See how many campaigns there are in which state" } },
  },
});

/** A permission of this panel, e.g. `campaigns:approve`. */
export type Permission = PermissionOf<typeof permissions>;
