import { type Catalogue, UnknownPermission } from "@gatehouse/access";
import { isReservedGroup } from "@gatehouse/access/catalogue";

/** Throws for a name that the panel doesn't declare, unless it is in one of Gatehouse's own groups. */
export type AssertKnown = (permission: string) => void;

/** Creates the function for a panel's catalogue. */
export function createAssertKnown(declared: Catalogue): AssertKnown {
  return (permission) => {
    if (declared.positions.has(permission) || isReservedGroup(permission.replace(/:.*/, ""))) return;
    throw new UnknownPermission(permission, declared.permissions);
  };
}
