"use client";

/**
 * @gatehouse/sdk/react: the current user's permissions in React. Hiding a button is for usability; the server's guard enforces.
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

/** The result of `usePermissions`. */
export interface Permissions<P extends string> {
  readonly can: (permission: P) => boolean;
  /** All permissions of the provider. */
  readonly permissions: ReadonlySet<string>;
}

/** Props of `Can`. */
export interface CanProps<P extends string> {
  readonly do: P;
  /** Shown if the permission is missing; default nothing. */
  readonly otherwise?: ReactNode;
  readonly children?: ReactNode;
}

/** Props of the provider. */
export interface PermissionsProviderProps {
  /** Names, from `gatehouse.permissionsOf(userId)` on the server. */
  readonly permissions: readonly string[];
  readonly children?: ReactNode;
}

/** Components and a hook, typed by the names of one catalogue. */
export interface ReactGatehouse<P extends string> {
  /** Provides permissions to a page. Without it every check is false. Supports server rendering. */
  readonly PermissionsProvider: (props: PermissionsProviderProps) => ReactElement;
  /** Shows its children if the permission is granted. */
  readonly Can: (props: CanProps<P>) => ReactElement;
  /** The same as a hook: `const { can } = usePermissions()`. */
  readonly usePermissions: () => Permissions<P>;
}

const nothing: ReadonlySet<string> = new Set();
const context = createContext(nothing);

/**
 * Creates the components for a panel's permissions. An unknown name doesn't compile.
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
