/** What the first visit of a page of the panel loads. */
import { gzipped, listPageFiles, readManifest, readRoutes } from "../../scripts/testing/page-sizes.mjs";
import { type Benchmark, valueRow } from "../harness/report.ts";

const goals = [
  { path: "/users", scripts: 200, styles: 15 },
  { path: "/sign-in", scripts: 110, styles: 15 },
];

/** `npm run bench -- panel-sizes` */
export const panelSizes: Benchmark = {
  name: "panel-sizes",
  summary: "kilobytes of the panel's pages, compressed with gzip",
  run: async () => {
    const manifest = readManifest();
    const pages = readRoutes().map((route) => listPageFiles(manifest, route));
    const rows = goals.flatMap(({ path, scripts, styles }) => {
      const page = pages.find((candidate) => candidate.path === path);
      if (page === undefined) throw new Error(`The panel has no page ${path}.`);
      const row = (what: string, files: Set<string>, max: number) =>
        valueRow({ what: `${what} of ${path}`, value: gzipped(files) / 1_000, unit: "kB", goal: { max } });
      return [row("JavaScript", page.scripts, scripts), row("styles", page.styles, styles)];
    });
    return { rows, raw: [`${pages.length} pages of the built panel`] };
  },
};
