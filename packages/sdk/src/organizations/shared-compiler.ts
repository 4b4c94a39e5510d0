/** Compiles equal catalogues and roles once: the organizations of a panel have the same ones. */
import { type Catalogue, type CompiledRole, compileRole } from "@gatehouse/access";
import { compileCatalogue } from "@gatehouse/access/catalogue";
import type { Compiler, StoredRole } from "../replica/replica.ts";

/** The most different catalogues that are kept; replicas keep those that they use. */
const maxCatalogues = 16;
/** The most different lists of permissions that are kept for each catalogue. */
const maxLists = 1_000;

/** What equal roles share. */
type RoleContent = Pick<CompiledRole, "chosen" | "permissions">;

/** Creates a compiler for replicas that live at the same time. */
export function createSharedCompiler(): Compiler {
  const catalogues = new Map<string, Catalogue>();
  const lists = new Map<string, string[]>();
  const contents = new WeakMap<Catalogue, Map<readonly string[] | null, RoleContent>>();
  return {
    compileCatalogue: (groups) =>
      getOrCreate(catalogues, JSON.stringify(groups), maxCatalogues, () => compileCatalogue(groups)),
    keepRole: (role) => ({ ...role, permissions: share(lists, role.permissions) }),
    compileRole: (catalogue, role) => {
      const ofCatalogue = contents.get(catalogue) ?? new Map<readonly string[] | null, RoleContent>();
      contents.set(catalogue, ofCatalogue);
      const list = role.isOwner ? null : share(lists, role.permissions);
      const { chosen, permissions } = getOrCreate(ofCatalogue, list, maxLists, () =>
        compileRole(catalogue, role),
      );
      return { id: role.id, name: role.name, isOwner: role.isOwner, chosen, permissions };
    },
  };
}

function share(lists: Map<string, string[]>, list: StoredRole["permissions"]): string[] {
  return getOrCreate(lists, list.join(), maxLists, () => list);
}

/** The value of a key. With `max` keys, the one that was added first makes room. */
function getOrCreate<K, V>(values: Map<K, V>, key: K, max: number, create: () => V): V {
  let value = values.get(key);
  if (value !== undefined) return value;
  value = create();
  const [oldest] = values.keys();
  if (values.size >= max) values.delete(oldest as K);
  values.set(key, value);
  return value;
}
