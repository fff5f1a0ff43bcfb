#!/usr/bin/env node
// Says in plain words what an old Node cannot run; everything else is in the bundle.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const least = { 22: 22, 24: 15 };
if (major < 22 || minor < least[major] || major === 23 || major === 25) {
  process.stderr.write(
    `dockaudit: Node ${process.versions.node} cannot run it.\n` +
      '  It needs Node 22.22, 24.15, or 26 and later; in a clone, npm start brings one along.\n',
  );
  process.exitCode = 78;
} else {
  // Node would open its inspector, to whoever is on this machine; main.ts has a better answer.
  process.on('SIGUSR1', () => {});
  // The caller's umask would decide who may write what we and our children make, such as this cache.
  process.umask(0o022);
  // Compiled code lies beside the bundle, where only who installed it can write: never in /tmp.
  module.enableCompileCache(fileURLToPath(new URL('../dist/cache', import.meta.url)));
  module.createRequire(import.meta.url)('../dist/main.cjs');
}
