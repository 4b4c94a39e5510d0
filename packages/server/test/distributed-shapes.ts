import { type Query, splitQueries, tokenize } from "./split-queries.ts";

/**
 * Finds statements that Citus can't run under row-level security: it sends a statement to the server that has the rows of an organization, or it
 * reads the rows of a SELECT and writes them with COPY, which the policies refuse.
 */
export function findRefusedShapes(text: string, tables: ReadonlySet<string>): readonly string[] {
  const [main, ...others] = splitQueries(tokenize(text), tables);
  if (main === undefined) return [];
  const found = [main, ...others].flatMap((query) => {
    const into = findInsertSelect(query);
    return into === null || !takesParameter(query)
      ? []
      : [`${into}: an INSERT with a SELECT takes organization_id from a table, such as organizations`];
  });
  const into = findInsertSelect(main);
  if (into === null || !others.some(isWriting)) return found;
  return [
    ...found,
    `${into}: an INSERT with a SELECT behind a WITH that writes is in the WITH, too, and the statement ends with a SELECT`,
  ];
}

/** The table of an INSERT with a SELECT; null for every other query. */
function findInsertSelect({ tokens, references }: Query): string | null {
  const into = references.find(({ isInto }) => isInto);
  return into !== undefined && tokens.includes("select") ? into.table : null;
}

/** Whether the first column that is inserted, `organization_id`, is a parameter. */
function takesParameter({ tokens }: Query): boolean {
  const [first = "", second = ""] = tokens.slice(tokens.indexOf("select") + 1);
  return (first === "distinct" ? second : first).startsWith("$");
}

function isWriting({ tokens }: Query): boolean {
  return ["insert", "update", "delete"].includes(tokens[0] ?? "");
}
