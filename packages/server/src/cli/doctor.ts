/** Prints the configuration and checks that it works. */
import { readConfig } from "../config.ts";
import { type Command, CommandError } from "./command.ts";
import { describeSettings } from "./describe-settings.ts";
import { checkInstallation, type HealthCheck } from "./health-checks.ts";

/** `gatehouse doctor` */
export const doctor: Command = {
  name: "doctor",
  summary: "Print the settings, secrets masked, and check that database, mail server and folders work",
  options: {},
  run: async (values, { out }) => {
    const config = readConfig();
    const settings = describeSettings(config);
    const checks = await checkInstallation(config);
    if (values["json"] === true) out(JSON.stringify({ settings, checks }));
    else {
      for (const [name, value] of Object.entries(settings)) out(`${name.padEnd(16)}${value}`);
      out("");
      for (const check of checks) out(describe(check));
    }
    const failed = checks.filter(({ result }) => result === "fails");
    if (failed.length === 0) return 0;
    throw new CommandError(`${failed.map(({ name }) => name).join(", ")}: not in order, see above.`);
  },
};

function describe({ name, result, detail }: HealthCheck): string {
  return `${{ works: "ok   ", warns: "note ", fails: "FAIL " }[result]} ${name}: ${detail}`;
}
