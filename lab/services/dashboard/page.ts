/** Page: the files of the dashboard's two pages, bundled once. Nothing else is served, so no path leads anywhere. */
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../home";

export interface Asset {
  type: string;
  body: Buffer;
}

export async function pageAssets(): Promise<Record<string, Asset>> {
  const folder = join(root, "dashboard");
  const { outputFiles } = await build({
    entryPoints: ["page.ts", "page.css", "machine/pipeline.ts", "machine/pipeline.css"].map((file) => join(folder, file)), outdir: join(folder, "out"), write: false, bundle: true, minify: true,
    format: "iife", target: "es2022", logLevel: "silent", legalComments: "inline",
  });
  const bundled = (end: string): Buffer => Buffer.from(outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? []);
  return {
    "/": { type: "text/html; charset=utf-8", body: await readFile(join(folder, "index.html")) },
    "/pipeline": { type: "text/html; charset=utf-8", body: await readFile(join(folder, "machine", "pipeline.html")) },
    "/pipeline.js": { type: "text/javascript; charset=utf-8", body: bundled("pipeline.js") },
    "/pipeline.css": { type: "text/css; charset=utf-8", body: bundled("pipeline.css") },
    "/icon.svg": { type: "image/svg+xml", body: await readFile(join(folder, "icon.svg")) },
    "/page.js": { type: "text/javascript; charset=utf-8", body: bundled("page.js") },
    "/page.css": { type: "text/css; charset=utf-8", body: bundled("page.css") },
  };
}
