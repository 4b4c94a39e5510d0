/** Prints an organization's permissions, as `catalogue push` reads them. */
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import type { Command } from "@gatehouse/cli";
import { openOrganizationToRead, organizationOption } from "./organization-target.ts";

/** `gatehouse catalogue show` */
export const catalogueShow: Command = {
  name: "catalogue show",
  summary: "Print the permissions that your panel declared, as JSON that catalogue push reads",
  options: { organization: organizationOption },
  run: async (values, { out }) => {
    const { actor, close } = await openOrganizationToRead(values, "catalogue show");
    try {
      const text = serialiseCatalogue(actor.catalogue);
      out(values["json"] === true ? text : JSON.stringify(JSON.parse(text), null, 2));
    } finally {
      await close();
    }
    return 0;
  },
};
