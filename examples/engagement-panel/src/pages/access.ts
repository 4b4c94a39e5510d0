/** What the person in front of the page may do, by the names of permissions.ts. */
import { createReactGatehouse } from "@gatehouse/sdk/react";
import { permissions } from "../permissions.ts";

export const { PermissionsProvider, Can, usePermissions } = createReactGatehouse(permissions);
