/// <reference types="vite/client" />

declare module "*.po" {
  import type { Messages } from "@lingui/core";
  /** The compiled messages of one catalogue in one language. */
  export const messages: Messages;
}
