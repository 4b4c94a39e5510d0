import { expect, test } from "vitest";
import { filesOf, routesIn, sharedScripts } from "./page-sizes.mjs";

const source = `
export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/roles",
  loader: ({ context }) => context.languages.need("roles"),
  component: lazyRouteComponent(() => import("./roles-page.tsx"), "RolesPage"),
});
export const layoutRoute = createRoute({ getParentRoute: () => rootRoute, id: "layout" });
export const doorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/door",
  component: lazyRouteComponent(() => import("../door/door-page.tsx"), "DoorPage"),
});`;

const shell = {
  "index.html": { file: "base.js", css: ["base.css"] },
  "src/messages/tr/shell.po": { file: "shell-words.js" },
  "src/app/session/enter.ts": { file: "enter.js", imports: ["_both.js"] },
  "src/app/session/query-client.ts": { file: "query.js" },
  "src/app/shell/shell-frame.tsx": { file: "frame.js", imports: ["_both.js"], css: ["frame.css"] },
  "_both.js": { file: "both.js", imports: ["index.html"] },
};

test("reads where routes are and what they load before they are painted", () => {
  expect(routesIn(source, "src/pages/roles")).toEqual([
    { path: "/roles", isInShell: true, modules: ["src/pages/roles/roles-page.tsx"], catalogues: ["roles"] },
    { path: "/door", isInShell: false, modules: ["src/pages/door/door-page.tsx"], catalogues: [] },
  ]);
});

test("counts a file once, and what pages import on the way", () => {
  const manifest = {
    ...shell,
    "src/messages/tr/roles.po": { file: "roles-words.js" },
    "src/pages/roles/roles-page.tsx": {
      file: "roles.js",
      imports: ["_both.js", "_table.js"],
      css: ["roles.css"],
    },
    "_table.js": { file: "table.js", imports: ["_both.js"] },
    "src/pages/door/door-page.tsx": { file: "door.js" },
  };
  const [roles, door] = routesIn(source, "src/pages/roles").map((route) => filesOf(manifest, route));
  expect([...(roles?.scripts ?? [])].toSorted()).toEqual([
    "base.js",
    "both.js",
    "enter.js",
    "frame.js",
    "query.js",
    "roles-words.js",
    "roles.js",
    "shell-words.js",
    "table.js",
  ]);
  expect([...(roles?.styles ?? [])]).toEqual(["base.css", "frame.css", "roles.css"]);
  expect([...(door?.scripts ?? [])]).toEqual(["base.js", "shell-words.js", "door.js"]);
});

test("shares what every page behind sign-in loads", () => {
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
    page("/door", false, "base"),
  ];
  expect([...sharedScripts(pages)]).toEqual(["base", "x"]);
});

test("names a file that the build doesn't have", () => {
  const [, door] = routesIn(source, "src/pages/roles");
  expect(door && (() => filesOf(shell, door))).toThrow("door-page.tsx");
});
