import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Read from the environment at run time by Node itself, not bundled.
  serverExternalPackages: ["better-auth", "kysely", "jose", "pg", "pino"],
  images: { unoptimized: true },
  devIndicators: false,
  // `npm run check` checks the types of the whole repository; a start does not wait for it.
  typescript: { ignoreBuildErrors: true },
  // `next dev` writes no instructions into the repository.
  agentRules: false,
  turbopack: { root: import.meta.dirname },
};

export default config;
