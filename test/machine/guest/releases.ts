/** The releases that are built and booted, and what differs between them. Source: measured, hosts. */

/** A release of Debian by its code name, and its packages beside those of every guest. */
export interface Release {
  readonly name: 'bullseye' | 'bookworm' | 'trixie';
  readonly version: 11 | 12 | 13;
  readonly packages: readonly string[];
}

const BULLSEYE: Release = { name: 'bullseye', version: 11, packages: ['docker.io'] };
const BOOKWORM: Release = { name: 'bookworm', version: 12, packages: ['docker.io'] };
/** Here the command line of Docker is a package of its own, and only recommended. */
const TRIXIE: Release = { name: 'trixie', version: 13, packages: ['docker.io', 'docker-cli'] };

/** Oldest first. */
export const RELEASES = [BULLSEYE, BOOKWORM, TRIXIE] as const;

/** In every guest. No recommended package comes along. */
export const PACKAGES = [
  'apparmor',
  'auditd',
  'busybox-static',
  'dbus',
  'initramfs-tools',
  'iproute2',
  'iptables',
  'kmod',
  'libstdc++6',
  'linux-image-cloud-amd64',
  'procps',
  'systemd-sysv',
  'udev',
] as const;
