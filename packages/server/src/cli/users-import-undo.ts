/** `users import --undo`: removes what an import created. */

import { CommandError, showProgress, type Terminal, type Values } from "@gatehouse/cli";
import { listUndoable, undoFromCommandLine } from "../features/user-imports/index.ts";
import { openOrganization } from "./organization-target.ts";

/** Undoes the import with this id, and prints what was removed and kept. */
export async function undoImport(values: Values, id: string, { out, err }: Terminal): Promise<number> {
  if (typeof values["FILE"] === "string")
    throw new CommandError("Leave out the FILE: --undo needs only the id.");
  const { deps, actor, close } = await openOrganization(values, "users import --undo");
  const progress = showProgress("Removing");
  try {
    const undoable = await listUndoable(deps, actor);
    if (!undoable.some((one) => one.id === id.toLowerCase()))
      throw new CommandError(describeUndoable(id, undoable));
    const { removed, kept, kind } = await undoFromCommandLine(deps, actor, id.toLowerCase(), progress);
    if (values["json"] === true) out(JSON.stringify({ removed, kept }));
    else {
      const what = kind === "invitations" ? "invitations" : "users";
      out(`${removed} ${what} removed, ${kept} kept because they were changed or used since.`);
      if (kept > 0) err("The panel lists those that were kept, and why: Users, Imports.");
    }
    return 0;
  } finally {
    progress(1, 1);
    await close();
  }
}

function describeUndoable(id: string, undoable: Awaited<ReturnType<typeof listUndoable>>): string {
  const all = undoable.map(
    (one) => `${one.id} (${one.fileName}, ${one.createdAt.toISOString()}, ${one.created} created)`,
  );
  return `There is no import ${id} of the last day to undo. These can be undone: ${all.join(", ") || "none"}.`;
}
