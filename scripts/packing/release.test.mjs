import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { publishedPackages } from "./stage-package.mjs";

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), "utf8");
const published = [...publishedPackages, "server"];

test("the release publishes each package with provenance after those that it depends on", () => {
  const [, names = "", options] =
    /for name in ([\w ]+); do npm publish "\.\/build\/\$name" (.+); done/.exec(
      read(".github/workflows/release.yml"),
    ) ?? [];
  expect(names.split(" ")).toEqual(published);
  expect(options).toBe("--provenance --access public");
});

test("the packages have one version, a license, a README and the repository", () => {
  const { version } = JSON.parse(read("package.json"));
  for (const name of published) {
    const manifest = JSON.parse(read(`packages/${name}/package.json`));
    expect(manifest).toMatchObject({
      version,
      license: "Apache-2.0",
      repository: { type: "git", directory: `packages/${name}` },
    });
    expect(read(`packages/${name}/LICENSE`)).toBe(read("LICENSE"));
    expect(read(`packages/${name}/README.md`)).toContain(`# @gatehouse/${name}`);
  }
  expect(read("Dockerfile")).toContain(`ARG VERSION=${version}\n`);
});
