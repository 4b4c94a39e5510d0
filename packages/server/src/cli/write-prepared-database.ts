/** Writes the archive that new embedded databases begin with to the file of the first argument; `npm run build` runs it. */
import { writeFileSync } from "node:fs";
import { createPreparedDatabase } from "./prepared-database.ts";

writeFileSync(process.argv[2] ?? "", await createPreparedDatabase());
