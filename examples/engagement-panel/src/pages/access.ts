/** The user's permissions in React, typed by permissions.ts. */
import { createReactGatehouse } from "@gatehouse/sdk/react";
import { permissions } from "../permissions.ts";

export const { PermissionsProvider, Can, usePermissions } = createReactGatehouse(permissions);
