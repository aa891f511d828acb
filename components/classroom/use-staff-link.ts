import { useSyncExternalStore } from "react";
import type { StaffConnection, StaffLink } from "./staff-connection.ts";

const CONNECTING: StaffLink = { state: "connecting" };
const never = () => () => {};
const connecting = () => CONNECTING;

/** How it stands with the connection, which the page may not have started yet. */
export function useStaffLink(connection: StaffConnection | undefined): StaffLink {
  return useSyncExternalStore(connection?.subscribe ?? never, connection?.getSnapshot ?? connecting, connecting);
}
