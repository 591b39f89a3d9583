#!/usr/bin/env -S node --max-semi-space-size=4
// Plain JavaScript, so that a Node too old for the TypeScript sources can still say so in one line.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `tidemark needs Node 22.19 or newer, this is ${process.versions.node}: run it by "npx tidemark" or "npm start" in its folder, which use the Node 24 that npm installed there\n`,
  );
  process.exitCode = 78;
} else {
  const { enableCompileCache } = await import('node:module');
  const { fileURLToPath } = await import('node:url');
  // As `npm start` does: types are stripped once, and not by each thread and process, of which each would keep 30 MB for it.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import('./main.ts');
}
