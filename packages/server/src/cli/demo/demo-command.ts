/** Runs the server with sample data. */
import { needsSetup } from "../../features/organizations/index.ts";
import type { Command } from "../command.ts";
import { runServer } from "../serve.ts";
import { showProgress } from "../show-progress.ts";
import { demoOwner, seedDemo } from "./seed-demo.ts";

/** `gatehouse demo` */
export const demo: Command = {
  name: "demo",
  summary: "Run the server with a sample organization of 5,000 users, on an empty database",
  options: {},
  run: (values, terminal) =>
    runServer("demo", values["json"] === true, terminal, async ({ deps, engine }) => {
      if (await deps.db.shared(needsSetup, { readOnly: true })) {
        await seedDemo(deps, showProgress("Creating users"));
        await engine.vacuum();
      }
      return [`Sign in as ${demoOwner.email} with the password: ${demoOwner.password}`];
    }),
};
