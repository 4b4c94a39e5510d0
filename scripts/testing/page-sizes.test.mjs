import { expect, test } from "vitest";
import { listPageFiles, parseRoutes, sharedScripts } from "./page-sizes.mjs";

const source = `
export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles",
  loader: ({ context }) => context.languages.need("roles"),
  component: lazyRouteComponent(() => import("./roles-page.tsx"), "RolesPage"),
});
export const layoutRoute = createRoute({ getParentRoute: () => rootRoute, id: "layout" });
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("../sign-in/sign-in-page.tsx"), "SignInPage"),
});`;

const shell = {
  "index.html": { file: "base.js", css: ["base.css"] },
  "src/messages/tr/shell.po": { file: "shell-messages.js" },
  "src/messages/tr/navigation.po": { file: "navigation-messages.js" },
  "src/app/load-shell.ts": { file: "enter.js", imports: ["_both.js"] },
  "src/lib/api/query-client.ts": { file: "query.js" },
  "src/app/shell/shell-frame.tsx": { file: "frame.js", imports: ["_both.js"], css: ["frame.css"] },
  "_both.js": { file: "both.js", imports: ["index.html"] },
};

test("reads the path of each route and what it loads", () => {
  expect(parseRoutes(source, "src/features/roles")).toEqual([
    {
      path: "/roles",
      isInShell: true,
      modules: ["src/features/roles/roles-page.tsx"],
      catalogues: ["roles"],
    },
    {
      path: "/sign-in",
      isInShell: false,
      modules: ["src/features/sign-in/sign-in-page.tsx"],
      catalogues: [],
    },
  ]);
});

test("lists each file once, with everything that it imports", () => {
  const manifest = {
    ...shell,
    "src/messages/tr/roles.po": { file: "roles-messages.js" },
    "src/features/roles/roles-page.tsx": {
      file: "roles.js",
      imports: ["_both.js", "_table.js"],
      css: ["roles.css"],
    },
    "_table.js": { file: "table.js", imports: ["_both.js"] },
    "src/features/sign-in/sign-in-page.tsx": { file: "sign-in.js" },
  };
  const [roles, signIn] = parseRoutes(source, "src/features/roles").map((route) =>
    listPageFiles(manifest, route),
  );
  expect([...(roles?.scripts ?? [])].toSorted()).toEqual([
    "base.js",
    "both.js",
    "enter.js",
    "frame.js",
    "navigation-messages.js",
    "query.js",
    "roles-messages.js",
    "roles.js",
    "shell-messages.js",
    "table.js",
  ]);
  expect([...(roles?.styles ?? [])]).toEqual(["base.css", "frame.css", "roles.css"]);
  expect([...(signIn?.scripts ?? [])]).toEqual(["base.js", "shell-messages.js", "sign-in.js"]);
});

test("lists the scripts that every page behind sign-in loads", () => {
  const page = (
    /** @type {string} */ path,
    /** @type {boolean} */ isInShell,
    /** @type {string[]} */ ...files
  ) => ({
    path,
    isInShell,
    scripts: new Set(files),
    styles: new Set(/** @type {string[]} */ ([])),
  });
  const pages = [
    page("/a", true, "base", "x"),
    page("/b", true, "base", "x", "y"),
    page("/sign-in", false, "base"),
  ];
  expect([...sharedScripts(pages)]).toEqual(["base", "x"]);
});

test("reports a module that isn't in the build by name", () => {
  const [, signIn] = parseRoutes(source, "src/features/roles");
  expect(signIn && (() => listPageFiles(shell, signIn))).toThrow("sign-in-page.tsx");
});
