/** @gatehouse/cli: the command line of Gatehouse over HTTP. Programs of Gatehouse share its parser and `catalogue push`. */
export { openRemoteCatalogue } from "./catalogue/open-remote.ts";
export { addAllOption, type CatalogueTarget, createCataloguePush } from "./catalogue/push.ts";
export {
  type PushSummary,
  pushReplaced,
  pushToAllOverHttp,
  readDryRun,
  reportPush,
  toPushBody,
} from "./catalogue/push-to-all.ts";
export { readDeclaration, readPushFile } from "./catalogue/read-declaration.ts";
export {
  type Command,
  CommandError,
  type Option,
  type Program,
  type ProgressOutput,
  showProgress,
  type Terminal,
  type Values,
} from "./command-line/command.ts";
export { beginsWithName, run } from "./command-line/run.ts";
