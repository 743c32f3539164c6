/** Starts a TypeScript file of this repository with the Node that package.json pins. */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
// all of it by one name: Node 20, under which this file is loaded too, has no compile cache
import * as modules from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node;

/** Path of the pinned Node's binary; ends the process with advice when it is not installed. */
export function pinnedNode() {
  try {
    const folder = dirname(modules.createRequire(join(root, 'package.json')).resolve('node/package.json'));
    const binary = join(folder, 'bin', 'node');
    if (existsSync(binary)) return binary;
  } catch {}
  process.stderr.write(
    `weir is not set up yet: Node ${pinned} is missing.\nRun: node ${join(root, 'bin', 'setup.mjs')}\n`,
  );
  process.exit(1);
}

/**
 * Runs `file` with `args`. In the pinned Node it is simply imported, so that there is one process; in any other
 * a child takes over, gets our signals, and its end becomes ours.
 */
export async function start(file, args) {
  if (process.versions.node === pinned) {
    // what is compiled once need not be again; where nothing can be written there, it is
    modules.enableCompileCache(join(root, '.weir', 'compiled'));
    process.argv = [process.argv[0], file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  // The fourth channel tells the child when we are gone, however we went.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(pinnedNode(), [...process.execArgv, file, ...args], { stdio });
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole foreground group: the child has it already.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => {
    process.stderr.write(`starting Node ${pinned}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    for (const name of signals) process.removeListener(name, forward);
  });
}
