/** Names of the contract's schemas in the OpenAPI document. */
import * as contract from "@gatehouse/sdk/contract";
import * as z from "zod/mini";

/** Parts of other schemas, whose names would say nothing. */
const unnamed: readonly unknown[] = [
  contract.eventPosition,
  contract.externalId,
  contract.instantInput,
  contract.invitationMessage,
  contract.panelOrigin,
];

/** The contract's schemas with the names that generated clients give to their types: `User` for `userView`. */
export const schemaNames = z.registry<{ id: string }>();

for (const [name, schema] of Object.entries<unknown>(contract)) {
  if (schema instanceof z.core.$ZodType && !unnamed.includes(schema))
    schemaNames.add(schema, { id: toTypeName(name) });
}

function toTypeName(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replace(/View$/, "");
}
