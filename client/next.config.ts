/** Build-time settings only. Whatever an operator may change at run time is read in proxy.ts and lib/config.ts. */
import path from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  turbopack: { root: path.resolve(import.meta.dirname) },
  experimental: { optimizePackageImports: ["radix-ui"] },
};

export default config;
