/**
 * Loads a module of another project as its own tools do: TypeScript with imports without an extension, with `.js` for a `.ts` file
 * or of JSON, whatever `type` the project's package.json has.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Imports a file, and gives what it exports. The hooks are in force only meanwhile. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const found = context.parentURL === undefined ? null : findFile(specifier, context.parentURL);
      try {
        return nextResolve(found ?? specifier, context);
      } catch (error) {
        // This program may run with a condition under which packages resolve to sources that an installed package doesn't have.
        try {
          return nextResolve(specifier, { ...context, conditions: ["node", "import"] });
        } catch {
          throw error;
        }
      }
    },
    load: (url, context, nextLoad) => {
      if (/\.m?ts$/.test(url)) return nextLoad(url, { ...context, format: "module-typescript" });
      const isJson = url.endsWith(".json") && context.importAttributes["type"] === undefined;
      if (!isJson) return nextLoad(url, context);
      const source = `export default ${readFileSync(fileURLToPath(url), "utf8")};`;
      return { format: "module", source, shortCircuit: true };
    },
  });
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } finally {
    hooks.deregister();
  }
}

const extensions = [".ts", ".mts", ".js", ".mjs", ".json"];

/** The file that a relative import means if there is none of exactly this name; null for Node to decide. */
function findFile(specifier: string, parentUrl: string): string | null {
  if (!/^\.\.?\//.test(specifier) || !parentUrl.startsWith("file:")) return null;
  const path = fileURLToPath(new URL(specifier, parentUrl));
  if (isFile(path)) return null;
  const candidates = [
    ...(/\.m?js$/.test(path) ? [path.replace(/js$/, "ts")] : []),
    ...extensions.map((extension) => `${path}${extension}`),
    ...extensions.map((extension) => `${path}/index${extension}`),
  ];
  const found = candidates.find(isFile);
  return found === undefined ? null : pathToFileURL(found).href;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
