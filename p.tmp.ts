import { practised, type, listedOn } from './test/support/hosts.ts';
import { corpusCases } from './test/support/corpus.ts';
import { readFileSync, mkdirSync, writeFileSync, symlinkSync } from 'node:fs';
import { encode, decode } from './src/text.ts';
using p = await practised('no-docker');
const FX='/srv/fixture/fx';
for (const d of ['empty','etc/containerd','etc/default','etc/docker','run/containerd','sp ace','usr/bin','usr/sbin','usr/lib/systemd/system','var/lib/docker/overlay2']) mkdirSync(p.root+FX+'/'+d,{recursive:true});
for (const f of ['etc/containerd/config.toml', 'etc/docker/daemon.json', 'etc/default/docker', 'sp ace/f','usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2', 'usr/bin/docker','usr/bin/dockerd', 'usr/sbin/runc', 'usr/lib/systemd/system/docker.service','usr/lib/systemd/system/docker.socket', 'é','run/containerd/containerd.sock']) writeFileSync(p.root+FX+'/'+f,'x');
for (const [l,t] of [['usr/bin/runc','../sbin/runc'],['lib','usr/lib'],['varrun','run']]) symlinkSync(t!,p.root+FX+'/'+l);
writeFileSync(p.root+'/etc/shadow',''); writeFileSync(p.root+'/var/log/lastlog','');
const raw = new Map(readFileSync('test/corpus/auditctl-3.0.9.jsonl','utf8').split('\n').filter(Boolean).map(l=>{const d=JSON.parse(l);return [d.name,d]}));
let n=0,bad=0,so=0,se=0; const t=performance.now();
for (const c of corpusCases().filter(c=>c.version.join('.')==='3.0.9')) {
  n++;
  writeFileSync(p.root+'/etc/audit/FILE', encode(c.rules), {mode:0o640});
  await type(p.host,'/sbin/auditctl -D'); 
  const s0 = await type(p.host,'/sbin/auditctl -e 1 -f 1 -b 8192 -r 0 --backlog_wait_time 60000');
  const r = await type(p.host,'/sbin/auditctl -R /etc/audit/FILE');
  const l = await listedOn(p.host);
  const d = raw.get(c.name);
  if (r.status!==c.exit || JSON.stringify(l)!==JSON.stringify(c.listed)) { bad++; console.log('BAD',c.name,JSON.stringify(c.rules).slice(0,300),r.status,c.exit,l.slice(0,4),c.listed.slice(0,4)); }
  const norm=(x:string)=>x.replace(/^(pid|lost|backlog|backlog_wait_time_actual) \d+$/gm,'$1 N').replaceAll('/etc/audit/FILE','FILE');
  if (norm(r.stdout)!==d.stdout) { so++; if(so<25)console.log('OUT',c.name,JSON.stringify(c.rules).slice(0,200),JSON.stringify(r.stdout).slice(0,300),JSON.stringify(d.stdout).slice(0,300)); }
  if (norm(r.stderr)!==d.stderr) { se++; if(se<40)console.log('ERR',c.name,JSON.stringify(c.rules).slice(0,120),JSON.stringify(norm(r.stderr)),'|WANT',JSON.stringify(d.stderr), d.syslog); }
}
console.log({n,bad,so,se,ms:performance.now()-t});
