import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { WhoProvider } from "../components/account/who.tsx";
import { SearchProvider } from "../components/search/search-provider.tsx";
import { StyleNonce } from "../components/theme/style-nonce.ts";
import { ThemeProvider } from "../components/theme/theme-provider.tsx";
import { TooltipProvider } from "../components/ui/tooltip.tsx";
import { currentAccount } from "./account.ts";
import "./globals.css";
import { signOut } from "./sign-in/actions.ts";

export const metadata: Metadata = {
  title: { default: "Unboxed", template: "%s · Unboxed" },
  description: "Learn how Linux containers work by building one by hand, in a real Linux sandbox.",
};

export const viewport: Viewport = {
  // The terminal stays above the phone's keyboard.
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f4f5f7" },
    { media: "(prefers-color-scheme: dark)", color: "#111316" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const account = await currentAccount();
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <StyleNonce />
        <ThemeProvider nonce={nonce}>
          <TooltipProvider>
            <SearchProvider>
              <WhoProvider who={account && { name: account.name, role: account.role }} signOut={signOut}>
                {children}
              </WhoProvider>
            </SearchProvider>
          </TooltipProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}
