"use client";
import { createContext, type ReactNode, useContext } from "react";

export type Who = { name: string; role: "learner" | "instructor" | "operator" };
/** Who is signed in, undefined for nobody; and how they sign out. */
type Known = { who: Who | undefined; signOut: () => Promise<void> };

const Context = createContext<Known | undefined>(undefined);

export function WhoProvider({ who, signOut, children }: Known & { children: ReactNode }) {
  return <Context value={{ who, signOut }}>{children}</Context>;
}

/** undefined outside of the site's pages, as on one that failed. */
export function useWho(): Known | undefined {
  return useContext(Context);
}
