/**
 * Quick: loaded before the program, in its process, so that it starts sooner.
 *
 * The SDK writes down a stack with every promise, and loads a library that maps each of its lines to TypeScript: a third of the
 * whole run. tsx has Node map lines already, so the library is left out, and stacks are kept short.
 */
import Module, { createRequire } from "node:module";

/** Lines of a stack: enough to find the one of the project, where there is one. */
Error.stackTraceLimit = 4;

const mapping = createRequire(require.resolve("@pulumi/pulumi")).resolve("source-map-support/register");
const loaded = new Module(mapping);
loaded.loaded = true;
require.cache[mapping] = loaded;
