// The built page, sent the way that the engine sends it: headers, caching, packed files.
import { createReadStream, existsSync, statSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { problem } from "./answers.mjs";

export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist");
const mediaTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
};

export function sendFile(request, url, response) {
  const path = url.pathname === "/" ? "/index.html" : normalize(url.pathname);
  const file = join(dist, path);
  if (path.includes("..") || !existsSync(file) || !statSync(file).isFile())
    return problem(response, 404, "Not found", "There is no such page.");
  const headers = {
    "Content-Type": mediaTypes[extname(file)] ?? "application/octet-stream",
    "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  };
  const packed = existsSync(`${file}.gz`) && (request.headers["accept-encoding"] ?? "").includes("gzip");
  if (packed) headers["Content-Encoding"] = "gzip";
  response.writeHead(200, { ...headers, Vary: "Accept-Encoding" });
  createReadStream(packed ? `${file}.gz` : file).pipe(response);
}
