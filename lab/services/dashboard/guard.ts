/** Guard: which requests the dashboard answers, and under which rules a browser may show the answer. Pure. */
import type { IncomingHttpHeaders } from "node:http";

/** Why a request is refused, or nothing. Only this machine asks, from the page itself, and only to read. */
export function refusal(method: string | undefined, headers: IncomingHttpHeaders, port: number): { status: number; why: string } | undefined {
  if (method !== "GET" && method !== "HEAD") return { status: 405, why: "The dashboard only answers GET" };
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!headers.host || !hosts.includes(headers.host.toLowerCase())) return { status: 403, why: "The dashboard answers to 127.0.0.1 and localhost only" };
  const origin = headers.origin;
  if (origin !== undefined && !hosts.includes(origin.replace(/^http:\/\//, ""))) return { status: 403, why: "The dashboard answers its own page only" };
  const site = headers["sec-fetch-site"];
  // A link from elsewhere may open the page, but nothing on another site may read or embed what it shows.
  if (site !== undefined && !["same-origin", "none"].includes(String(site)) && headers["sec-fetch-mode"] !== "navigate") return { status: 403, why: "The dashboard answers its own page only" };
  return undefined;
}

/** What a browser is told with every answer: own scripts and styles only, no frame around it, no copy kept. */
export const rules: Record<string, string> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "cache-control": "no-store",
};
