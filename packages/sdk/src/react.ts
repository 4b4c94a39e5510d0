/**
 * @gatehouse/sdk/react: what the person in front of a page may do. Hiding a button is a courtesy; the server's guard decides.
 */
import type { Catalogue } from "@gatehouse/access";
import {
  createContext,
  createElement,
  Fragment,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from "react";

/** What `usePermissions` gives. */
export interface Permissions<P extends string> {
  readonly can: (permission: P) => boolean;
  /** All that the provider was given. */
  readonly permissions: ReadonlySet<string>;
}

/** What `Can` takes. */
export interface CanProps<P extends string> {
  readonly do: P;
  /** Shown instead; nothing unless given. */
  readonly otherwise?: ReactNode;
  readonly children?: ReactNode;
}

/** What the provider takes. */
export interface PermissionsProviderProps {
  /** Names, as `gatehouse.permissionsOf(userId)` gives them on the server. */
  readonly permissions: readonly string[];
  readonly children?: ReactNode;
}

/** Components and a hook that know the names of one catalogue. */
export interface ReactGatehouse<P extends string> {
  /** Around a page. Without one nobody may do anything. Renders the same on a server. */
  readonly PermissionsProvider: (props: PermissionsProviderProps) => ReactElement;
  /** Shows its children to whoever may. */
  readonly Can: (props: CanProps<P>) => ReactElement;
  /** The same for code: `const { can } = usePermissions()`. */
  readonly usePermissions: () => Permissions<P>;
}

const nothing: ReadonlySet<string> = new Set();
const context = createContext(nothing);

/**
 * The components for a panel's permissions; a wrong name doesn't compile.
 *
 * ```tsx
 * export const { PermissionsProvider, Can, usePermissions } = createReactGatehouse(permissions);
 * <Can do="campaigns:approve"><button>Approve</button></Can>
 * ```
 */
export function createReactGatehouse<P extends string>(_permissions: Catalogue<P>): ReactGatehouse<P> {
  const usePermissions = (): Permissions<P> => {
    const held = useContext(context);
    return useMemo(() => ({ can: (permission: P) => held.has(permission), permissions: held }), [held]);
  };
  return {
    PermissionsProvider: ({ permissions, children }) => {
      const key = permissions.join("\n");
      // biome-ignore lint/correctness/useExhaustiveDependencies: another array with the same names changes nothing
      const held = useMemo(() => new Set(permissions), [key]);
      return createElement(context.Provider, { value: held }, children);
    },
    Can: ({ do: permission, otherwise = null, children }) => {
      const held = useContext(context);
      return createElement(Fragment, null, held.has(permission) ? children : otherwise);
    },
    usePermissions,
  };
}
