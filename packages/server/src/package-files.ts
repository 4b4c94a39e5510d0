/** Where the files that aren't modules are: in the repository, or beside the compiled modules of a built package. */
import { join } from "node:path";

/** Whether this runs from compiled JavaScript (`npm run build`). */
export const isBuilt: boolean = import.meta.filename.endsWith(".js");

const packageFolder = join(import.meta.dirname, "..");

/** The built panel. */
export const panelFolder: string = join(packageFolder, isBuilt ? "panel" : "../panel/dist");

/** The guide, with a folder for each language. */
export const docsFolder: string = join(packageFolder, isBuilt ? "docs" : "../../docs");

/** The SQL migrations, and the privileges after the last one. */
export const migrationsFolder: string = join(packageFolder, "migrations");

/** The archive that new embedded databases begin with; in the repository, a folder with one for each version of the schema. */
export const preparedDatabase: string = join(
  packageFolder,
  isBuilt ? "database.tar.zst" : ".cache/databases",
);
