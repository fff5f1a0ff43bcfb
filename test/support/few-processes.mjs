// For node --import: /proc lists no process but the first. Each process that comes and goes on a busy
// machine is one more file to read, and the n-th call of one run would be another one in the next.
import fs from 'node:fs';

const { readdirSync } = fs;
fs.readdirSync = (path, options) => {
  const names = readdirSync(path, options);
  return String(path) === '/proc' ? names.filter((name) => !/^[2-9]|^1\d/.test(name)) : names;
};
