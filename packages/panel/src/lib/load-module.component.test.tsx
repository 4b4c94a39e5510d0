import { expect, onTestFinished, test, vi } from "vitest";
import type { ApiProblem } from "./api/request.ts";
import { loadModule } from "./load-module.ts";

const gone = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module: /assets/a.js"));

/** The cause that `loadModule` finds while the server answers so. */
async function findCauseWith(answer: () => Promise<Response>): Promise<ApiProblem> {
  vi.stubGlobal("fetch", answer);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return loadModule(gone).then(
    () => expect.unreachable(),
    (error: ApiProblem) => error,
  );
}

const createPage = (entry: string) =>
  Promise.resolve(new Response(`<script type="module" src="${entry}"></script>`));

test("a file that can't be fetched without a connection reports that the server can't be reached", async () => {
  const { code, status } = await findCauseWith(() => Promise.reject(new TypeError("Failed to fetch")));
  expect({ code, status }).toEqual({ code: "network/unreachable", status: 0 });
});

test("a server that is starting is reported as not available", async () => {
  const { code } = await findCauseWith(() => Promise.resolve(new Response("", { status: 502 })));
  expect(code).toBe("unavailable");
});

test("a page with another first script is a newer build", async () => {
  const { code, params } = await findCauseWith(() => createPage("/assets/index-new.js"));
  expect({ code, params }).toEqual({ code: "panel/updated", params: { build: "/assets/index-new.js" } });
});

test("the same build is not reported as an update", async () => {
  const entry = document.querySelector('script[type="module"][src]')?.getAttribute("src") ?? "";
  const { code } = await findCauseWith(() =>
    entry === "" ? Promise.resolve(new Response("")) : createPage(entry),
  );
  expect(code).toBe("panel/not-loaded");
});

test("an error inside the module is not changed", async () => {
  const error = new Error("x is not a function");
  await expect(loadModule(() => Promise.reject(error))).rejects.toBe(error);
});
