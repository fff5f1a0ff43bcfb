/** The templates that lie in the bundle; a test compares their names with the folders. */

import containerd from '../../templates/controls/containerd.json' with { type: 'json' };
import containerdConfig from '../../templates/controls/containerd-config.json' with { type: 'json' };
import containerdShim from '../../templates/controls/containerd-shim.json' with { type: 'json' };
import containerdShimRuncV1 from '../../templates/controls/containerd-shim-runc-v1.json' with { type: 'json' };
import containerdShimRuncV2 from '../../templates/controls/containerd-shim-runc-v2.json' with { type: 'json' };
import containerdSocket from '../../templates/controls/containerd-socket.json' with { type: 'json' };
import dockerDaemon from '../../templates/controls/docker-daemon.json' with { type: 'json' };
import dockerDaemonConfig from '../../templates/controls/docker-daemon-config.json' with { type: 'json' };
import dockerDataRoot from '../../templates/controls/docker-data-root.json' with { type: 'json' };
import dockerDefaults from '../../templates/controls/docker-defaults.json' with { type: 'json' };
import dockerEtc from '../../templates/controls/docker-etc.json' with { type: 'json' };
import dockerService from '../../templates/controls/docker-service.json' with { type: 'json' };
import dockerSocket from '../../templates/controls/docker-socket.json' with { type: 'json' };
import dockerSysconfig from '../../templates/controls/docker-sysconfig.json' with { type: 'json' };
import runContainerd from '../../templates/controls/run-containerd.json' with { type: 'json' };
import runc from '../../templates/controls/runc.json' with { type: 'json' };
import cisDocker120 from '../../templates/benchmarks/cis-docker-1.2.0.json' with { type: 'json' };
import cisDocker131 from '../../templates/benchmarks/cis-docker-1.3.1.json' with { type: 'json' };
import cisDocker140 from '../../templates/benchmarks/cis-docker-1.4.0.json' with { type: 'json' };
import cisDocker150 from '../../templates/benchmarks/cis-docker-1.5.0.json' with { type: 'json' };
import cisDocker160 from '../../templates/benchmarks/cis-docker-1.6.0.json' with { type: 'json' };
import cisDocker170 from '../../templates/benchmarks/cis-docker-1.7.0.json' with { type: 'json' };
import cisDocker180 from '../../templates/benchmarks/cis-docker-1.8.0.json' with { type: 'json' };
import { bundledBook, bundledControl, type BenchmarkFile, type ControlFile } from './bundled.ts';
import { once, type Library } from './library.ts';

const CONTROLS: Readonly<Record<string, ControlFile>> = {
  containerd: containerd,
  'containerd-config': containerdConfig,
  'containerd-shim': containerdShim,
  'containerd-shim-runc-v1': containerdShimRuncV1,
  'containerd-shim-runc-v2': containerdShimRuncV2,
  'containerd-socket': containerdSocket,
  'docker-daemon': dockerDaemon,
  'docker-daemon-config': dockerDaemonConfig,
  'docker-data-root': dockerDataRoot,
  'docker-defaults': dockerDefaults,
  'docker-etc': dockerEtc,
  'docker-service': dockerService,
  'docker-socket': dockerSocket,
  'docker-sysconfig': dockerSysconfig,
  'run-containerd': runContainerd,
  runc: runc,
};

/** From the oldest to the newest. */
const BENCHMARKS: Readonly<Record<string, BenchmarkFile>> = {
  'cis-docker-1.2.0': cisDocker120,
  'cis-docker-1.3.1': cisDocker131,
  'cis-docker-1.4.0': cisDocker140,
  'cis-docker-1.5.0': cisDocker150,
  'cis-docker-1.6.0': cisDocker160,
  'cis-docker-1.7.0': cisDocker170,
  'cis-docker-1.8.0': cisDocker180,
};

const control = once((slug) => {
  const file = Object.hasOwn(CONTROLS, slug) ? CONTROLS[slug] : undefined;
  return file && bundledControl(slug, file);
});

/** The controls and benchmarks that every dockaudit knows. */
export const BUILT_IN: Library = {
  slugs: Object.keys(CONTROLS),
  ids: Object.keys(BENCHMARKS),
  control,
  book: once((id) => {
    const file = Object.hasOwn(BENCHMARKS, id) ? BENCHMARKS[id] : undefined;
    return file && bundledBook(id, file, control);
  }),
};
