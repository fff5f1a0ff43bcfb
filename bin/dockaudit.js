#!/usr/bin/env node
// Says in plain words what an old Node cannot run; everything else is in the bundle.
import { createRequire } from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const wanted = { 22: 22, 24: 15 };
if (major < 22 || (major in wanted && minor < wanted[major]) || major === 23 || major === 25) {
  process.stderr.write(
    `dockaudit: Node ${process.versions.node} is too old or not a supported line.\n` +
      '  It needs Node 22.22, 24.15 or 26 and later; in a clone, npm start brings one along.\n',
  );
  process.exitCode = 78;
} else {
  createRequire(import.meta.url)('../dist/main.cjs');
}
