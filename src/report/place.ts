/** What a control watches, before a host is looked at: in a word, and in a sentence. */

import type { Place } from '../controls/control.ts';

/** One or two words, for labels. */
export function placeName(place: Place): string {
  switch (place.kind) {
    case 'daemon':
      return 'dockerd';
    case 'unit':
      return place.unit;
    case 'program':
      return place.name;
    case 'dataRoot':
      return 'data root';
    case 'daemonConfig':
      return 'daemon.json';
    case 'containerdConfig':
      return 'config.toml';
    case 'containerdSocket':
      return 'containerd.sock';
    case 'path':
      return place.path;
    default:
      return place satisfies never;
  }
}

/** A sentence's object; `quote` marks names, as Markdown does. */
export function placeWords(place: Place, quote = (name: string): string => name): string {
  switch (place.kind) {
    case 'daemon':
      return "the Docker daemon's executable, wherever this host runs it from";
    case 'unit':
      return `the unit file of ${quote(place.unit)}, as systemd names it on this host`;
    case 'program':
      return `the executable ${quote(place.name)}, each copy that is installed`;
    case 'dataRoot':
      return 'the directory where the Docker daemon keeps images, containers and volumes';
    case 'daemonConfig':
      return `the Docker daemon's settings: ${quote('daemon.json')}, or what ${quote('--config-file')} names`;
    case 'containerdConfig':
      return `containerd's settings: ${quote('config.toml')}, or what its ${quote('--config')} names`;
    case 'containerdSocket':
      return 'the socket by which the Docker daemon reaches containerd';
    case 'path':
      return quote(place.path);
    default:
      return place satisfies never;
  }
}
