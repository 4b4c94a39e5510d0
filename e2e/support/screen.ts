/** What a screen of the panel is, for whoever walks through all of them. */
import type { Page } from "playwright-core";

/** What the addresses of screens are made of. */
export interface Known {
  readonly organization: string;
  /** A user with several roles. */
  readonly user: string;
  readonly owner: string;
  readonly marketer: string;
  readonly viewer: string;
  readonly ownerRole: string;
  /** The token of a pending invitation. */
  readonly token: string;
}

/** One screen in one state. */
export interface Screen {
  readonly name: string;
  readonly path: string | ((known: Known) => string);
  /** Brings the page into the state, without words: they differ by language. */
  readonly act?: (page: Page) => Promise<void>;
}
