/**
 * runtime: the inside of one child of a function: loads the handler once, then answers one event after the other.
 *
 *   parent ─{ event, context, deadline }─▶ handler ─{ payload } | { fault }─▶ parent
 *
 * It ends with the lab, also when the handler never lets go: a thread waits for the end of standard input.
 * Modules come from the function's own code and, as on AWS, the SDK; whatever else the machine has is not found.
 */
const { registerHooks } = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { Worker } = require("node:worker_threads");

new Worker("new (require('node:net').Socket)({ fd: 0 }).on('close', () => process.kill(process.pid, 'SIGKILL')).resume();", { eval: true });
process.on("disconnect", () => process.exit());

const root = process.env.LAMBDA_TASK_ROOT;
const own = (url) => url !== undefined && url.startsWith(`${pathToFileURL(root).href}/`);

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const foreign = own(context.parentURL) && found.url.startsWith("file:") && !own(found.url);
    if (foreign && !/^@(aws-sdk|smithy)\//.test(specifier)) {
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: "MODULE_NOT_FOUND" });
    }
    return found;
  },
});

const tell = (message, then) => process.send(message, undefined, undefined, then);

const faultOf = (thrown, type) => ({
  errorType: type ?? (thrown instanceof Error ? thrown.name : typeof thrown),
  errorMessage: thrown instanceof Error ? thrown.message : String(thrown),
  trace: thrown instanceof Error ? String(thrown.stack).split("\n") : [],
});

/** A fault outside of any event ends the child; Lambda makes a new one too. */
for (const [event, type] of [["uncaughtException", undefined], ["unhandledRejection", "Runtime.UnhandledPromiseRejection"]]) {
  process.on(event, (thrown) => {
    console.error(thrown);
    tell({ fault: faultOf(thrown, type), ends: true }, () => process.exit(1));
  });
}

async function load() {
  const [, file, name] = /^(.*)\.([^.]+)$/.exec(process.env._HANDLER);
  const { existsSync } = require("node:fs");
  const path = [".js", ".mjs", ".cjs"].map((end) => join(root, file + end)).find(existsSync);
  if (!path) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: "Runtime.ImportModuleError" });
  const module = await import(pathToFileURL(path).href).catch((fault) => {
    const missing = fault.code === "MODULE_NOT_FOUND" || fault.code === "ERR_MODULE_NOT_FOUND";
    throw missing ? Object.assign(fault, { name: "Runtime.ImportModuleError" }) : fault;
  });
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler === "function") return handler;
  throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
}

/** Called with a callback when the handler takes one. */
const called = (handler, event, context) => handler.length < 3 ? handler(event, context)
  : new Promise((resolve, reject) => {
    Promise.resolve(handler(event, context, (fault, value) => (fault ? reject(fault) : resolve(value)))).catch(reject);
  });

async function answer(handler, { event, context, deadline }) {
  try {
    const value = await called(handler, JSON.parse(event), { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) });
    tell({ payload: JSON.stringify(value) ?? "null" });
  } catch (thrown) {
    console.error(thrown);
    tell({ fault: faultOf(thrown) });
  }
}

load().then(
  (handler) => {
    process.on("message", (message) => void answer(handler, message));
    tell({ ready: true });
  },
  (thrown) => tell({ broken: faultOf(thrown) }, () => process.exit(1)),
);
